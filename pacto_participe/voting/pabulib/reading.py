"""Reading a `.pb` file: an election, its ballots, and the outcome the city published."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pacto_participe.kernel.positions import Position
from pacto_participe.voting.domain import Election, Option, Profile, Reading
from pacto_participe.voting.pabulib.records import SECTIONS, DamagedFile, records, text_of

WITHDRAWN_COST = 999_999_999  # Pabulib's sign for a project taken off after the vote
READINGS = {
    "approval": Reading.APPROVALS,
    "choose-1": Reading.APPROVALS,
    "cumulative": Reading.POINTS,
    "scoring": Reading.POINTS,
    "ordinal": Reading.RANKING,
}
COUNTED_WITH = "Counted with "  # then JSON: what our own writer has no column for
TWINS = "twins"  # in it: lists of project ids of which one can be funded
LOT = "lot"  # in it: the public seed
UNITS = "units_per_currency"  # in it: what the amounts of pots are counted in
BLANK_BALLOTS = re.compile(r"#\d+: Blank ballots counted and not listed: (\d+)\.")
_MONEY = re.compile(r"(\d{1,18})(?:\.(\d{1,9}))?")
_WHOLE = re.compile(r"-?\d{1,12}")


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """What a file says. `selected` is the published outcome by option: 0 to 3, None if not told.

    `meta` and `projects` hold the other fields as they were written; nothing of the voters is kept.
    `counted_with` is the remark of our own writer, {} in the files of others.
    """

    meta: Mapping[str, str]
    projects: tuple[Mapping[str, str], ...]
    election: Election
    profile: Profile
    selected: tuple[int | None, ...]
    counted_with: Mapping[str, Any]

    @property
    def vote_type(self) -> str:
        """The ballot as Pabulib names it."""
        return self.meta["vote_type"]

    @property
    def official_winners(self) -> frozenset[int] | None:
        """Options marked selected = 1; None when the file tells no outcome."""
        if all(mark is None for mark in self.selected):
            return None
        return frozenset(index for index, mark in enumerate(self.selected) if mark == 1)


def read_file(path: Path) -> PabulibFile:
    """Read a `.pb` or `.pb.gz`. Raises DamagedFile, OSError."""
    return read(path.read_bytes())


def read(content: bytes) -> PabulibFile:
    """Read a file's bytes, gzipped or not. Raises DamagedFile.

    Equal ballots are grouped before they are looked into: time grows with the lines, and the work
    on each with the different ballots only.
    """
    lines = text_of(content).replace("\r\n", "\n").split("\n")
    source = _Source(records(lines), len(lines))
    meta, places = _meta(source)
    projects = _projects(source)
    counted_with = _counted_with(meta)
    election, selected = _election(meta, places, projects, _twins(counted_with))
    profile = _ballots(source, meta, election)
    _check_totals(meta, places, profile, len(election.options))
    return PabulibFile(
        meta=meta,
        projects=tuple(project.fields for project in projects),
        election=election,
        profile=_with_blank_ballots(profile, meta),
        selected=selected,
        counted_with=counted_with,
    )


class _Source:
    """Records, section by section."""

    def __init__(self, records: Iterator[tuple[int, list[str]]], last_line: int) -> None:
        self._records = records
        self._ahead: tuple[int, list[str]] | None = None
        self._last_line = last_line

    def header(self, section: str, required: tuple[str, ...]) -> list[str]:
        """Open a section: its marker, then its column names."""
        line, fields = self._next(f"there is no {section} section")
        if fields[0].strip() != section:
            raise DamagedFile(line, f"expected the section {section}, found {fields[0]!r}")
        line, fields = self._next(f"{section} has no column names")
        names = [name.strip() for name in fields]
        for name in required:
            if name not in names:
                raise DamagedFile(line, f"{section} has no column {name!r}")
        if len(set(names)) != len(names):
            raise DamagedFile(line, f"{section} has two columns of the same name")
        return names

    def _next(self, otherwise: str) -> tuple[int, list[str]]:
        if self._ahead is not None:
            record, self._ahead = self._ahead, None
            return record
        for record in self._records:
            return record
        raise DamagedFile(self._last_line, otherwise)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The records of this section, up to the next marker."""
        for line, fields in self._records:
            if fields[0].strip() in SECTIONS and not any(fields[1:]):
                self._ahead = (line, fields)
                return
            yield line, fields


def _meta(source: _Source) -> tuple[dict[str, str], dict[str, int]]:
    """The fields of META, and the line of each."""
    source.header("META", ("key", "value"))
    meta: dict[str, str] = {}
    places: dict[str, int] = {}
    for line, fields in source.rows():
        key = fields[0].strip()
        if len(fields) < 2:
            raise DamagedFile(line, f"META has no value for {key!r}")
        if key in meta:
            raise DamagedFile(line, f"META names {key!r} twice")
        meta[key], places[key] = fields[1].strip(), line
    for key in ("budget", "vote_type"):
        if not meta.get(key):
            raise DamagedFile(places.get(key, 1), f"META does not tell the {key}")
    if meta["vote_type"] not in READINGS:
        known = ", ".join(READINGS)
        raise DamagedFile(
            places["vote_type"], f"the vote_type {meta['vote_type']!r} is none of {known}"
        )
    return meta, places


def _counted_with(meta: Mapping[str, str]) -> dict[str, Any]:
    _, found, remark = meta.get("comment", "").partition(COUNTED_WITH)
    if not found:
        return {}
    try:
        told, _ = json.JSONDecoder().raw_decode(remark)
    except (ValueError, RecursionError):
        return {}  # somebody's own words that begin alike
    return told if isinstance(told, dict) else {}


def _twins(counted_with: Mapping[str, Any]) -> dict[str, str]:
    """Project id -> name of its group, which is its first member."""
    groups = counted_with.get(TWINS)
    if not isinstance(groups, list):
        return {}
    return {str(one): str(group[0]) for group in groups if isinstance(group, list) for one in group}


@dataclass(frozen=True, slots=True)
class _Project:
    line: int
    fields: dict[str, str]


def _projects(source: _Source) -> list[_Project]:
    names = source.header("PROJECTS", ("project_id", "cost"))
    projects = []
    for line, fields in source.rows():
        if len(fields) != len(names):
            raise DamagedFile(line, f"a project has {len(fields)} fields instead of {len(names)}")
        projects.append(_Project(line, dict(zip(names, map(str.strip, fields), strict=True))))
    return projects


def _election(
    meta: Mapping[str, str],
    places: Mapping[str, int],
    projects: list[_Project],
    twins: Mapping[str, str],
) -> tuple[Election, tuple[int | None, ...]]:
    """Money in the largest units in which everything is whole: 1, 1/10, 1/100 … of the currency."""
    budget = _money(places["budget"], "budget", meta["budget"])
    costs = [_money(project.line, "cost", project.fields["cost"]) for project in projects]
    decimals = max(len(part) for _, part in [budget, *costs])
    options = []
    seen: set[str] = set()
    for project, cost in zip(projects, costs, strict=True):
        identifier = project.fields["project_id"]
        if not identifier or identifier in seen:
            cause = f"project_id {identifier!r} is there twice" if identifier else "no project_id"
            raise DamagedFile(project.line, cause)
        seen.add(identifier)
        options.append(
            Option(
                id=identifier,
                cost=_units(cost, decimals),
                name=project.fields.get("name", ""),
                group=twins.get(identifier),
                district=project.fields.get("district") or None,
                is_withdrawn=int(cost[0]) == WITHDRAWN_COST,
                position=Position.found_in(
                    project.fields.get("latitude", ""), project.fields.get("longitude", "")
                ),
            )
        )
    election = Election(tuple(options), _units(budget, decimals), units_per_currency=10**decimals)
    return election, tuple(_selected(project) for project in projects)


def _money(line: int, what: str, text: str) -> tuple[str, str]:
    """Digits before and after the point, without trailing zeros."""
    found = _MONEY.fullmatch(text)
    if found is None:
        raise DamagedFile(line, f"the {what} {text!r} is not an amount of money")
    return found[1], (found[2] or "").rstrip("0")


def _units(money: tuple[str, str], decimals: int) -> int:
    whole, part = money
    return int(whole + part.ljust(decimals, "0"))


def _selected(project: _Project) -> int | None:
    text = project.fields.get("selected", "")
    if text not in ("", "0", "1", "2", "3"):
        raise DamagedFile(project.line, f"selected is {text!r}, not 0, 1, 2 or 3")
    return int(text) if text else None


def _ballots(source: _Source, meta: Mapping[str, str], election: Election) -> Profile:
    reading = READINGS[meta["vote_type"]]
    is_pointed = reading is Reading.POINTS
    names = source.header("VOTES", ("voter_id", "vote", *(("points",) if is_pointed else ())))
    columns = (names.index("voter_id"), names.index("vote"))
    point_column = names.index("points") if is_pointed else None
    written = _written(source.rows(), len(names), columns, point_column)
    return Profile.grouped(reading, _understood(written, election, is_pointed=is_pointed))


@dataclass(slots=True)
class _Written:
    """A ballot as it was written, how often, and where first."""

    line: int
    count: int


def _written(
    rows: Iterable[tuple[int, list[str]]],
    width: int,
    columns: tuple[int, int],
    point_column: int | None,
) -> dict[tuple[str, str], _Written]:
    voter_column, vote_column = columns
    voters: set[str] = set()
    written: dict[tuple[str, str], _Written] = {}
    for line, fields in rows:
        if len(fields) != width:
            raise DamagedFile(line, f"a vote has {len(fields)} fields instead of {width}")
        voter = fields[voter_column]
        if voter in voters:
            raise DamagedFile(line, f"voter {voter!r} has voted before in this file")
        voters.add(voter)
        key = (fields[vote_column], "" if point_column is None else fields[point_column])
        if key in written:
            written[key].count += 1
        else:
            written[key] = _Written(line, 1)
    return written


def _understood(
    written: Mapping[tuple[str, str], _Written], election: Election, *, is_pointed: bool
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...] | None, int]]:
    indexes = election.indexes()
    for (vote, points), place in written.items():
        row = []
        for item in _items(vote):
            if item not in indexes:
                raise DamagedFile(place.line, f"a vote names project {item!r}, which is not there")
            row.append(indexes[item])
        if not is_pointed:
            yield tuple(dict.fromkeys(row)), None, place.count
        else:
            yield *_pointed(place.line, row, _items(points)), place.count


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text.strip() else []


def _pointed(
    line: int, row: list[int], points: list[str]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Points written twice for one project add up."""
    if len(points) != len(row):
        raise DamagedFile(line, f"a vote gives {len(points)} points to {len(row)} projects")
    totals: dict[int, int] = {}
    for index, text in zip(row, points, strict=True):
        if not _WHOLE.fullmatch(text):
            raise DamagedFile(line, f"{text!r} is not a whole number of points")
        totals[index] = totals.get(index, 0) + int(text)
    return tuple(totals), tuple(totals.values())


def _check_totals(
    meta: Mapping[str, str], places: Mapping[str, int], profile: Profile, options: int
) -> None:
    """A file that says how much it holds and holds less was cut short, or edited."""
    for key, found in (("num_projects", options), ("num_votes", profile.ballots)):
        told = meta.get(key, "")
        if told and told != str(found):
            raise DamagedFile(places[key], f"{key} is {told}, and there are {found}")


def _with_blank_ballots(profile: Profile, meta: Mapping[str, str]) -> Profile:
    """Blank ballots that our own writer had to leave out, see writing.py."""
    found = BLANK_BALLOTS.search(meta.get("comment", ""))
    if found is None:
        return profile
    marks: Iterable[tuple[int, ...] | None] = profile.marks or (None for _ in profile.rows)
    ballots = list(zip(profile.rows, marks, profile.weights, strict=True))
    return Profile.grouped(profile.reading, [*ballots, ((), None, int(found[1]))])
