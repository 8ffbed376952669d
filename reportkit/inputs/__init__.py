"""What a project is given: register, report definition and submissions, read strictly."""
