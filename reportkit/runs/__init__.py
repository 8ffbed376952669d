"""Unattended runs: what one does, what is noted of it, who is notified, and what starts it."""
