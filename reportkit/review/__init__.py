"""What differs between two versions of a report, and who approved what: pure, no file is read."""
