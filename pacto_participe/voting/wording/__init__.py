"""Codes of votes as sentences."""
