"""Unattended runs: what one does, what is noted of it, who hears of it, and what starts it."""
