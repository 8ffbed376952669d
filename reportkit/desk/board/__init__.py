"""What reviewers look at: a page of all reports, and for each one a page with its findings and its differences."""
