"""What reviewers do: approve and send back, look at versions and their differences, at where each report stands."""
