"""Roll, ballots, box, count, publication."""
