"""What is published at close: rules, ballots without names, result, a reason for every project."""
