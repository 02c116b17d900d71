"""What turns requests into pages."""
