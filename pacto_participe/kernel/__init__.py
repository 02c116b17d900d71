"""Words every feature shares. Standard library only."""
