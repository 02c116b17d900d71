"""People, sign-in, verified residence, staff and their roles."""
