"""What was handed in becomes a submission: shown first, written with its sources, and put back when asked."""
