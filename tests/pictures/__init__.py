"""The pictures of finished pages in the README, rendered from outputs/: `python -m tests.pictures`."""
