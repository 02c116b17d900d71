"""roll.json: who could vote, as salted lines that name nobody, under fingerprints that bind them.

A line is the HMAC of a residence under a key of this vote that is kept outside the database: without the
key nobody can tell whose line it is, nor that a line of another vote is of the same person. The fingerprint
is the root of a Merkle tree (RFC 9162, section 2.1) over the sorted lines, so that one line can be proved
to be in it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pacto_participe.voting.publication.files import JSON, File

FORMAT = "pacto-participe/roll/1"
ROLL = "roll.json"


def line_of(key: bytes, residence_id: str) -> str:
    """The line of a residence on the roll of one vote: 64 hexadecimal signs."""
    return hmac.new(key, f"roll:{residence_id}".encode(), hashlib.sha256).hexdigest()


def fingerprint_of(lines: Iterable[str]) -> str:
    """The Merkle root of the sorted lines, in hexadecimal. Lines are texts of 64 hexadecimal signs."""
    level = [hashlib.sha256(b"\0" + bytes.fromhex(line)).digest() for line in sorted(lines)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        # Pairs from the left, the odd one goes up as it is: the tree of RFC 9162, made from below.
        pairs = [
            hashlib.sha256(b"\1" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


@dataclass(frozen=True, slots=True)
class RollPart:
    """The roll at one moment: how many people, and what binds them. `at`: when it was fixed."""

    people: int
    fingerprint: str
    at: datetime

    def to_dict(self) -> dict[str, Any]:
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        return {"people": self.people, "fingerprint": self.fingerprint, "at": at}


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of a vote: fixed before the opening, then with those verified until the close.

    `left`: how many of the first part were no residents any more at the close. They could vote before.
    """

    frozen: RollPart
    closed: RollPart | None = None
    left: int = 0

    @property
    def added(self) -> int:
        return self.closed.people - self.frozen.people if self.closed else 0

    def to_dict(self) -> dict[str, Any]:
        """What result.json says of it; `closed` is there by then."""
        return {
            "frozen": self.frozen.to_dict(),
            "closed": self.closed.to_dict() if self.closed else None,
            "left": self.left,
        }


def roll_file(roll: Roll, frozen: Sequence[str], added: Sequence[str]) -> File:
    """roll.json: both fingerprints, and the lines that they bind, sorted."""
    content = {
        "format": FORMAT,
        **roll.to_dict(),
        "lines": {"frozen": sorted(frozen), "added": sorted(added)},
    }
    return File(ROLL, JSON, json.dumps(content, sort_keys=True, indent=0).encode() + b"\n")
