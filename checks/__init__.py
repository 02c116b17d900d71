"""What `python3 run check` looks at beside ruff, mypy and import-linter. Each finding is an instruction."""
