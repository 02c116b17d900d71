"""Pages of votes: everything that one template may see."""
