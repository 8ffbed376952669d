"""What reviewers look at: what differs between two editions of a report."""
