"""The files of a publication, read with suspicion: whatever is in them, the answer is a value."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from pacto_participe.voting.ballots import BALLOT_KINDS, BadContent, limits_of, profile_of
from pacto_participe.voting.charter import Charter, lot_of
from pacto_participe.voting.domain import Profile
from pacto_participe.voting.pabulib import DamagedFile, PabulibFile, read
from pacto_participe.voting.publication.files import MINUTES_STYLE
from pacto_participe.voting.publication.roll import ROLL

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
PROJECTS = "projects.csv"
RESULT = "result.json"
BALLOTS_CSV = "ballots.csv"
BALLOTS_PB = "ballots.pb"
MINUTES = ("minutes.ar.html", "minutes.fr.html")
BALLOTS = (BALLOTS_CSV, BALLOTS_PB)
PUBLISHED_NAMES = (
    MANIFEST,
    PROJECTS,
    RESULT,
    *BALLOTS,
    *MINUTES,
    MINUTES_STYLE,
    ROLL,
)  # in the order of SHA256SUMS


class NotAPublication(ValueError):
    """What was given does not hold a publication at all."""


class Damaged(ValueError):
    """A file that cannot be read; the message is a sentence that names it."""


def read_rules(files: Mapping[str, bytes]) -> Charter:
    """The charter, which must be written exactly as charters are. Raises Damaged."""
    content = _content(files, MANIFEST)
    try:
        charter = Charter.from_text(content.decode())
        is_canonical = charter.text.encode() == content
        limits_of(BALLOT_KINDS[charter.ballot_kind], charter.ballot_limits)
        indexes = charter.election.indexes()
    # Whatever a stranger's JSON holds, it is not a charter: lists for texts, texts for amounts.
    except (KeyError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"{MANIFEST} is not a charter: {_first_line(error)}") from None
    if not is_canonical:
        raise Damaged(f"{MANIFEST} is not written as charters are, so that its fingerprint is void")
    if len(indexes) != len(charter.projects):
        raise Damaged(f"{MANIFEST} names a project twice")
    return charter


def read_result(files: Mapping[str, bytes]) -> dict[str, Any]:
    """result.json as plain values. Raises Damaged."""
    try:
        result = json.loads(_content(files, RESULT))
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{RESULT} is not JSON: {_first_line(error)}") from None
    if not isinstance(result, dict):
        raise Damaged(f"{RESULT} is not a result")
    return result


def read_contents(files: Mapping[str, bytes], charter: Charter) -> dict[str, int]:
    """ballots.csv: each content with its number of ballots. Raises Damaged."""
    try:
        text = _content(files, BALLOTS_CSV).decode("utf-8-sig")
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(lines, [])
        contents: dict[str, int] = {}
        for number, line in enumerate(lines, start=1):
            if len(line) != 2 or line[0] != str(number):
                raise Damaged(f"{BALLOTS_CSV}, line {number + 1}: not ballot {number}")
            contents[line[1]] = contents.get(line[1], 0) + 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise Damaged(f"{BALLOTS_CSV} cannot be read: {_first_line(error)}") from None
    reading = BALLOT_KINDS[charter.ballot_kind].reading.value
    if header != ["ballot", reading]:
        raise Damaged(f"{BALLOTS_CSV} does not begin with ballot,{reading}")
    return contents


def profile_of_contents(charter: Charter, contents: Mapping[str, int]) -> Profile:
    """The ballots as the count reads them. Raises Damaged for one that names no project of the list."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    try:
        return profile_of(kind, charter.election, contents.items())
    except BadContent as error:
        raise Damaged(f"{BALLOTS_CSV}: {error}") from None


def read_pb(files: Mapping[str, bytes]) -> PabulibFile:
    """ballots.pb. Raises Damaged."""
    try:
        return read(_content(files, BALLOTS_PB))
    except DamagedFile as damage:
        raise Damaged(f"{BALLOTS_PB}, {damage}") from None


def read_lot(charter: Charter, result: Mapping[str, Any]) -> str | None:
    """The seed of the charter completed by what was drawn; None when nothing was."""
    completion = at(result, "lot", "completion")
    return lot_of(charter, completion) if isinstance(completion, str) else None


def at(values: Any, *path: str) -> Any:
    """What stands there, None when nothing does."""
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def is_same(one: Any, other: Any) -> bool:
    """As JSON, where 1, 1.0 and true are three things."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _content(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Damaged(f"there is no {name}")
    return files[name]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
