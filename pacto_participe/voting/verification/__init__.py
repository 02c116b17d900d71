"""Redoing a publication's checks, from its files alone. Pure: no file, network, clock or database.

`findings_of(files)` gives a PASS, a FAIL or a NOTE for each thing that anyone can check. A NOTE says what
the public cannot check, and is no failure.
"""

from pacto_participe.voting.verification.checks import findings_of
from pacto_participe.voting.verification.findings import Finding, Grade
from pacto_participe.voting.verification.published import PUBLISHED_NAMES, NotAPublication

__all__ = ["PUBLISHED_NAMES", "Finding", "Grade", "NotAPublication", "findings_of"]
