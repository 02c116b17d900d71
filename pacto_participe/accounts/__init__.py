"""People: sign-in, residence, roles."""
