"""What comes in by the web: pages for everybody, pages of the staff, and parts of other features' pages."""
