"""The demonstration: a town with a vote that is open now, one that was counted, and real elections."""
