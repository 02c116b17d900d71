"""HTTP in, HTML out, by the way people go: the town, the ballot, receipts, results."""
