"""Towns: the registry of collectivities."""
