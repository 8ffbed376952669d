"""What reviewers do: approve and send back, compare versions, see the state of each report."""
