"""Rules on figures and prose; each gives Findings, none raises."""
