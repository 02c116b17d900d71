"""Delivery: what became of the projects that residents chose to fund."""
