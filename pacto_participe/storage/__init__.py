"""The database: engines, the two doors, events and jobs."""
