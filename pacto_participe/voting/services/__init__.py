"""What is done to votes."""
