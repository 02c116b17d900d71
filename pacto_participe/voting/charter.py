"""The charter of a vote: everything that is frozen before it opens, and its fingerprint.

Projects, costs, budget, ballot kind and limits, counting rule with all its parameters, tie orders, the
announced seed of the lot, both instants. Published as `manifest.json`; whatever is later said of the
vote refers to the fingerprint of these bytes.
"""

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from pacto_participe.accounts.domain.eligibility import Eligibility, Who
from pacto_participe.collectivities.domain import fold
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import Problem
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.positions import Position
from pacto_participe.voting.domain import Election, Option, Parameters
from pacto_participe.voting.recordings import ENDINGS, Recording
from pacto_participe.voting.recordings import LANGUAGES as SPOKEN

FORMAT = "pacto-participe/charter/1"
# Of a charter that says more than the first format knows: of who may vote, or where projects lie. Readers of
# the first must not pass it over; those of this one refuse what they do not know.
FORMAT_OF_A_RULE = "pacto-participe/charter/2"
_HOUR, _LAST_DAY = timedelta(hours=1), timedelta(hours=24)
_COUNT_TAKES_AT_MOST = timedelta(minutes=15)
ROLL_NOTICE = timedelta(days=1)  # how long before the opening the roll is frozen and published
FEWEST_BALLOTS_PUBLISHED = 50  # below, only totals: odd combinations would name their voters


@dataclass(frozen=True, slots=True)
class CharterProject:
    """A project as it stands on the ballot, for good. `key` is its id in published files."""

    key: str
    number: int
    title: Texts
    place: Texts
    cost_cents: int
    pictogram: str = "project"
    area: str | None = None
    group: str | None = None
    is_withdrawn: bool = False
    position: Position | None = None


@dataclass(frozen=True)
class Charter:
    """Immutable. Instants in UTC to the second: open from `opens_at`, closed from `closes_at` on."""

    collectivity_id: str
    vote_id: str
    edition: str
    title: Texts
    currency: str
    budget_cents: int
    projects: tuple[CharterProject, ...]
    ballot_kind: str
    ballot_limits: Mapping[str, Any]
    parameters: Parameters
    lot_seed: str
    opens_at: datetime
    closes_at: datetime
    objection_days: int = 3
    minimum_age: int = 18
    box: str = "open"
    fewest_ballots_published: int = FEWEST_BALLOTS_PUBLISHED
    source: str = ""
    areas: tuple[tuple[str, Texts], ...] = ()  # what each quarter or douar is called
    # Who may vote, beside the age: see `eligibility`. The day of the age is the last day of the vote.
    age_on: date | None = None
    who: Who = Who.RESIDENTS
    includes_workers: bool = False
    # What can be listened to, by fingerprint: nobody changes a recording after the rules are frozen.
    recordings: tuple[Recording, ...] = ()

    @cached_property
    def _recorded(self) -> dict[str, tuple[Recording, ...]]:
        keys = dict.fromkeys(one.project for one in self.recordings)
        return {key: tuple(one for one in self.recordings if one.project == key) for key in keys}

    def recordings_of(self, project: CharterProject) -> tuple[Recording, ...]:
        return self._recorded.get(project.key, ())

    def area_called(self, said: str) -> str:
        """The area that goes by this name, in any of its languages and spellings; "" for none."""
        known = {project.area for project in self.projects if project.area}
        if not said or said in known:
            return said
        wanted = fold(said)
        names = {area: [area] for area in sorted(known)}
        names |= {area: [area, *(name for _, name in texts.pairs)] for area, texts in self.areas}
        found = (area for area, called in names.items() if wanted in map(fold, called))
        return next(found, "")

    def area_name(self, area: str) -> Texts:
        """What an area is called; its own key when the charter names it no other way."""
        return dict(self.areas).get(area) or Texts.of({"und": area})

    @cached_property
    def election(self) -> Election:
        """What the count reads: options in the order of the list."""
        return Election(
            options=tuple(
                Option(
                    id=project.key,
                    cost=project.cost_cents,
                    name=project.title.pairs[0][1],
                    group=project.group,
                    district=project.area,
                    is_withdrawn=project.is_withdrawn,
                    position=project.position,
                )
                for project in self.projects
            ),
            budget=self.budget_cents,
        )

    @cached_property
    def by_key(self) -> dict[str, CharterProject]:
        return {project.key: project for project in self.projects}

    @cached_property
    def by_number(self) -> dict[int, CharterProject]:
        return {project.number: project for project in self.projects}

    @property
    def roll_freezes_at(self) -> datetime:
        """When the roll is frozen, unless an administrator did it before."""
        return self.opens_at - ROLL_NOTICE

    @cached_property
    def eligible_from(self) -> datetime:
        """Who could vote at some moment from here on stands on the roll of the close, in the area of here.

        A minute before the opening: a correction that is being written at that instant may still be read
        as it was by who votes first.
        """
        return self.opens_at - timedelta(minutes=1)

    @cached_property
    def last_instant(self) -> datetime:
        """The last second at which a ballot is counted: its day is the last day of the vote."""
        return self.closes_at - timedelta(seconds=1)

    @cached_property
    def eligibility(self) -> Eligibility:
        """Who may vote, as the rule that the ballot, the roll and the pages ask."""
        on = self.age_on or local(self.last_instant).date()
        return Eligibility(self.minimum_age, on, self.who, self.includes_workers)

    @property
    def final_at(self) -> datetime:
        """When the time for objections is over and the result is final."""
        return self.closes_at + timedelta(days=self.objection_days)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: money in centimes, instants in UTC, texts by language.

        What says nothing but the usual of who may vote is not written, nor are positions and recordings that
        nobody gave: the text, and so the fingerprint, of a charter is what it was before there was anything
        else to say.
        """
        more = {
            _WHO: self._who_may_vote(),
            _POSITIONS: self._positions(),
            _RECORDINGS: [asdict(recording) for recording in self.recordings],
        }
        said = {name: value for name, value in more.items() if value}
        return self._plain(FORMAT_OF_A_RULE if said else FORMAT) | said

    def _positions(self) -> dict[str, list[str]]:
        """By the key of the project: latitude and longitude in degrees with five decimals."""
        return {
            project.key: list(project.position.written)
            for project in self.projects
            if project.position is not None
        }

    def _who_may_vote(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if self.age_on is not None:
            said["age_on"] = self.age_on.isoformat()
        if self.who is not Who.RESIDENTS:
            said["who"] = self.who.value
        if self.includes_workers:
            said["includes_workers"] = True
        return said

    def _plain(self, written_as: str) -> dict[str, Any]:
        return {
            "format": written_as,
            "collectivity": self.collectivity_id,
            "vote": self.vote_id,
            "edition": self.edition,
            "title": self.title.to_dict(),
            "currency": self.currency,
            "budget_cents": self.budget_cents,
            "projects": [
                {
                    "key": project.key,
                    "number": project.number,
                    "title": project.title.to_dict(),
                    "place": project.place.to_dict(),
                    "cost_cents": project.cost_cents,
                    "pictogram": project.pictogram,
                    "area": project.area,
                    "group": project.group,
                    "withdrawn": project.is_withdrawn,
                }
                for project in self.projects
            ],
            "ballot": {"kind": self.ballot_kind, "limits": dict(self.ballot_limits)},
            "count": self.parameters.to_dict(),
            "lot": {"seed": self.lot_seed, "completed": "in public, after the close"},
            "opens_at": _instant(self.opens_at),
            "closes_at": _instant(self.closes_at),
            "objection_days": self.objection_days,
            "minimum_age": self.minimum_age,
            "box": self.box,
            "fewest_ballots_published": self.fewest_ballots_published,
            "source": self.source,
            "areas": [[area, names.to_dict()] for area, names in self.areas],
        }

    @cached_property
    def text(self) -> str:
        """The canonical text: sorted keys, no spaces. What is stored, published and fingerprinted."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> "Charter":
        """Read what `text` wrote. Raises KeyError or ValueError for anything else."""
        plain = json.loads(text)
        if plain["format"] not in (FORMAT, FORMAT_OF_A_RULE):
            raise ValueError(f"not a charter: {plain['format']}")
        said = plain.get(_WHO, {})
        placed = _placed(plain)
        unknown = sorted({*plain} - _FIELDS) + sorted({*said} - _SAID)
        if unknown:
            raise ValueError(
                f"written by a newer version: {', '.join(unknown)[:80]} is not known here"
            )
        return cls(
            collectivity_id=plain["collectivity"],
            vote_id=plain["vote"],
            edition=plain["edition"],
            title=Texts.of(plain["title"]),
            currency=plain["currency"],
            budget_cents=plain["budget_cents"],
            projects=tuple(_project(item, placed) for item in plain["projects"]),
            ballot_kind=plain["ballot"]["kind"],
            ballot_limits=plain["ballot"]["limits"],
            parameters=Parameters.from_dict(plain["count"]),
            lot_seed=plain["lot"]["seed"],
            opens_at=datetime.fromisoformat(plain["opens_at"]),
            closes_at=datetime.fromisoformat(plain["closes_at"]),
            objection_days=plain["objection_days"],
            minimum_age=plain["minimum_age"],
            box=plain["box"],
            fewest_ballots_published=plain["fewest_ballots_published"],
            source=plain["source"],
            areas=tuple((area, Texts.of(names)) for area, names in plain["areas"]),
            age_on=date.fromisoformat(said["age_on"]) if "age_on" in said else None,
            who=Who(said.get("who", Who.RESIDENTS)),
            includes_workers=_flag(said.get("includes_workers", False)),
            recordings=_recordings(plain),
        )


_WHO = "who_may_vote"
_POSITIONS = "positions"
_RECORDINGS = "recordings"
_SAID = {"age_on", "who", "includes_workers"}
_FIELDS = {
    "format", "collectivity", "vote", "edition", "title", "currency", "budget_cents", "projects",
    "ballot", "count", "lot", "opens_at", "closes_at", "objection_days", "minimum_age", "box",
    "fewest_ballots_published", "source", "areas", _WHO, _POSITIONS, _RECORDINGS,
}  # fmt: skip


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"neither true nor false: {str(value)[:40]}")
    return value


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _placed(plain: Mapping[str, Any]) -> dict[str, Position]:
    """Positions by the key of a project that is listed."""
    placed = plain.get(_POSITIONS, {})
    if strange := {*placed} - {item["key"] for item in plain["projects"]}:
        raise ValueError(f"a position of no project: {min(strange)[:40]}")
    return {key: Position.from_written(*map(_words, written)) for key, written in placed.items()}


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"not a text: {str(value)[:40]}")
    return value


def _project(item: Mapping[str, Any], placed: Mapping[str, Position]) -> CharterProject:
    return CharterProject(
        key=item["key"],
        number=item["number"],
        title=Texts.of(item["title"]),
        place=Texts.of(item["place"]),
        cost_cents=item["cost_cents"],
        pictogram=item["pictogram"],
        area=item["area"],
        group=item["group"],
        is_withdrawn=item["withdrawn"],
        position=placed.get(item["key"]),
    )


_RECORDING = {field.name for field in fields(Recording)}


def _recordings(plain: Mapping[str, Any]) -> tuple[Recording, ...]:
    """What can be listened to, each of a project that is listed."""
    projects = {item["key"] for item in plain["projects"]}
    return tuple(_recording(item, projects) for item in plain.get(_RECORDINGS, ()))


def _recording(item: Mapping[str, Any], projects: Container[str]) -> Recording:
    is_known = {*item} == _RECORDING and item["project"] in projects
    if not is_known or item["media_type"] not in ENDINGS or item["lang"] not in SPOKEN:
        raise ValueError(f"no recording: {str(item)[:80]}")
    return Recording(**item)


class VoteState(StrEnum):
    """Where a vote stands. Of a frozen one, the clock decides the first three and the count the others.

    The last two are of a vote that everybody can read, and whose rules are not frozen: see
    `state_of_announced`. Nobody votes in it.
    """

    SOON = "soon"
    OPEN = "open"
    CLOSED = "closed"  # closed, and not counted yet
    AWAITS_LOT = "awaits-lot"  # counted but for a tie that waits for the public draw
    PROVISIONAL = "provisional"  # published; objections can still be made
    FINAL = "final"
    ANNOUNCED = "announced"
    NOT_HELD = "not-held"  # the opening came, and nothing was frozen before


def state_of(
    charter: Charter, now: datetime, *, counted: bool = False, awaits_lot: bool = False
) -> VoteState:
    """Computed from the instant at each request: no job opens or closes a vote."""
    if now < charter.opens_at:
        return VoteState.SOON
    if now < charter.closes_at:
        return VoteState.OPEN
    if awaits_lot:
        return VoteState.AWAITS_LOT
    if not counted:
        return VoteState.CLOSED
    return VoteState.PROVISIONAL if now < charter.final_at else VoteState.FINAL


def state_of_announced(charter: Charter, now: datetime) -> VoteState:
    """Of a vote that is only proposed. After its opening nothing can be frozen any more."""
    return VoteState.ANNOUNCED if now < charter.opens_at else VoteState.NOT_HELD


def hours_left(charter: Charter, now: datetime) -> int:
    """In the last 24 hours of a vote: fewer than how many hours are left. 0 before and after them."""
    left = charter.closes_at - now
    return left // _HOUR + 1 if timedelta(0) < left < _LAST_DAY else 0


def count_due_at(charter: Charter) -> datetime:
    """When the result of a vote is missed: pages say from then on that it is late."""
    return charter.closes_at + _COUNT_TAKES_AT_MOST


def next_change(charter: Charter, now: datetime) -> datetime | None:
    """The next instant at which pages of the vote can read otherwise by the clock alone."""
    instants = (charter.opens_at, charter.closes_at, count_due_at(charter), charter.final_at)
    return min((instant for instant in instants if instant > now), default=None)


_MONEY = frozenset({"excess", "budget", "cost", "cheapest"})


def in_cents(problem: Problem) -> Problem:
    """A problem of a ballot or of its limits, with its money named as what it is here: centimes.

    Ballot kinds speak of whole units; those of a charter's election are centimes.
    """
    values = {
        f"{name}_cents" if name in _MONEY else name: value for name, value in problem.values.items()
    }
    return replace(problem, values=values)


def lot_of(charter: Charter, completion: str) -> str:
    """The public lot: the seed announced before the vote, completed by what was drawn in public."""
    return f"{charter.lot_seed}:{completion}"


def order_of_batch(charter: Charter, batch: int) -> tuple[CharterProject, ...]:
    """The projects as they stand on the printed ballots of one batch: anyone can check the draw."""
    return order_for_voter(charter, f"{charter.fingerprint}/batch/{batch}/".encode())


def order_for_voter(charter: Charter, seed: bytes) -> tuple[CharterProject, ...]:
    """The projects in an order of this voter's own, the same each time. `seed`: secret, per voter."""

    def place(project: CharterProject) -> bytes:
        return hashlib.sha256(seed + project.key.encode()).digest()

    return tuple(sorted(charter.projects, key=place))
