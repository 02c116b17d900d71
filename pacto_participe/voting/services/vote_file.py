"""A vote as a council writes it down: a TOML file (toml.io) that becomes a draft, for the staff to publish.

Amounts are dirhams with at most two decimals, exact; days and hours are those of Morocco. `docs/vote.toml`
is an example that can be brought in as it is. Recordings of projects lie beside the file.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)

from pacto_participe.accounts.domain.cards import ADULT_YEARS
from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.accounts.domain.list_file import LONGEST_DISTRICT
from pacto_participe.collectivities.domain.town_settings import tidy
from pacto_participe.consultations.domain import Activity, Stage
from pacto_participe.kernel.clock import instant_of
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import CENTS_PER_DIRHAM
from pacto_participe.kernel.positions import Position
from pacto_participe.voting.ballots import BALLOT_KINDS
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import PRESETS
from pacto_participe.voting.queries.prepared import Announcement
from pacto_participe.voting.services.vote_file_places import Surroundings, position_of
from pacto_participe.voting.services.vote_file_recordings import RecordingsBeside
from pacto_participe.voting.services.vote_file_slips import lines_of, place

KIND = "participatory-budget"
MOST_DIRHAMS = 10**12  # more than any budget of the country, and less than what a database can hold


class BadVoteFile(Exception):
    """What cannot be read; each line says where and why."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


_Text = Annotated[str, Field(max_length=2000), AfterValidator(tidy)]
_Amount = Annotated[int | Decimal, Field(gt=0, le=MOST_DIRHAMS)]
_Area = Annotated[str, Field(min_length=1, max_length=LONGEST_DISTRICT)]
_Position = Annotated[Position | None, PlainValidator(position_of)]


class _Words(_Part):
    ar: _Text = ""
    fr: _Text = ""
    en: _Text = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self._said():
            raise ValueError("needs words in one language at least: ar, fr, en")
        return self

    @property
    def texts(self) -> Texts:
        return Texts.of(self._said())

    def _said(self) -> dict[str, str]:
        said = {"ar": self.ar, "fr": self.fr, "en": self.en}
        return {lang: words for lang, words in said.items() if words}


class _Voters(_Part):
    minimum_age: int = Field(default=ADULT_YEARS, ge=0, le=ADULT_YEARS)
    age_on: date | None = None
    citizens_only: bool = False
    includes_workers: bool = False


class _Ballot(_Part):
    kind: str = "approval"
    limits: dict[str, int | bool] = Field(default_factory=dict)


class _Stage(_Part):
    activity: str
    starts: datetime
    ends: datetime | None = None

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.ends is not None and _instant(self.ends) <= _instant(self.starts):
            raise ValueError("it ends before it starts")
        return self


class _Project(_Part):
    number: int = Field(ge=1, le=9999)
    title: _Words
    summary: _Words
    place: _Words
    cost: _Amount
    pictogram: str = "project"
    area: _Area | None = None
    position: _Position = None
    twins: str | None = None  # of projects with the same word here one at most is funded
    listen: dict[str, str] = Field(default_factory=dict)  # by language, a file beside this one


class _Vote(_Part):
    edition: str
    title: _Words
    summary: _Words
    budget: _Amount
    opens: datetime
    closes: datetime
    objection_days: int = Field(default=3, ge=0, le=60)
    count: str = "greedy-skip"
    voters: _Voters = Field(default_factory=_Voters)
    ballot: _Ballot = Field(default_factory=_Ballot)
    areas: dict[_Area, _Words] = Field(default_factory=dict)
    stages: list[_Stage] = Field(default_factory=list)
    projects: list[_Project] = Field(min_length=1, max_length=500)


def read_vote(
    content: bytes,
    *,
    collectivity_id: str,
    vote_id: str,
    lot_seed: str,
    folder: Path,
    around: Surroundings | None = None,
) -> tuple[Charter, Announcement, Mapping[str, bytes]]:
    """The draft that a file in `folder` says, with the bytes of its recordings by their fingerprint.

    `vote_id` and `lot_seed`: made by chance. `around`: where positions of projects must lie, where that is
    known. Raises BadVoteFile.
    """
    try:
        plain = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise BadVoteFile("it is not written in UTF-8") from None
    except (ValueError, RecursionError) as error:
        # Also a number of 5,000 digits, and brackets without end.
        raise BadVoteFile(f"it cannot be read as TOML: {error}") from None
    try:
        said = _Vote.model_validate(plain)
    except ValidationError as error:
        raise BadVoteFile(*lines_of(error)) from None
    _require_known(said)
    _require_sound(said, around)
    beside = RecordingsBeside(folder)
    for position, project in enumerate(said.projects):
        beside.read(position, str(project.number), project.listen)
    if beside.wrong:
        raise BadVoteFile(*beside.wrong)
    charter = Charter(
        collectivity_id=collectivity_id,
        vote_id=vote_id,
        edition=said.edition,
        title=said.title.texts,
        currency="MAD",
        budget_cents=_cents("budget", said.budget),
        projects=tuple(_project(project) for project in said.projects),
        ballot_kind=said.ballot.kind,
        ballot_limits=said.ballot.limits,
        parameters=PRESETS[said.count],
        lot_seed=lot_seed,
        opens_at=_instant(said.opens),
        closes_at=_instant(said.closes),
        objection_days=said.objection_days,
        minimum_age=said.voters.minimum_age,
        areas=tuple((area, names.texts) for area, names in said.areas.items()),
        age_on=said.voters.age_on,
        who=Who.CITIZENS if said.voters.citizens_only else Who.RESIDENTS,
        includes_workers=said.voters.includes_workers,
        recordings=tuple(beside.recordings),
    )
    announcement = Announcement(
        kind=KIND,
        summary=said.summary.texts,
        stages=_stages(said),
        projects={project.number: project.summary.texts for project in said.projects},
    )
    return charter, announcement, beside.contents


def _require_known(said: _Vote) -> None:
    """Names that mean something, and each stage once. Raises BadVoteFile."""
    activities = [activity.value for activity in Activity]
    named: list[tuple[str, str, Iterable[str]]] = [
        ("count", said.count, PRESETS),
        ("ballot.kind", said.ballot.kind, BALLOT_KINDS.names),
    ]
    named += [
        (place("stages", position, "activity"), stage.activity, activities)
        for position, stage in enumerate(said.stages)
    ]
    named += [
        (place("projects", position, "area"), project.area, said.areas)
        for position, project in enumerate(said.projects)
        if project.area and said.areas  # where none is named, each is called what it is
    ]
    wrong = [
        f"{where}: {name!r} is none of {', '.join(known)}"
        for where, name, known in named
        if name not in set(known)
    ]
    order = [stage.activity for stage in said.stages]
    wrong += [
        f"{place('stages', position, 'activity')}: {activity!r} is named twice"
        for position, activity in enumerate(order)
        if activity in order[:position]
    ]
    if wrong:
        raise BadVoteFile(*wrong)


def _require_sound(said: _Vote, around: Surroundings | None) -> None:
    """What contradicts itself is no draft: it is a slip of the pen. Raises BadVoteFile."""
    if wrong := (*_contradictions(said), *_far_away(said, around)):
        raise BadVoteFile(*wrong)


def _contradictions(said: _Vote) -> Iterator[str]:
    if _instant(said.closes) <= _instant(said.opens):
        yield "closes: must be after opens"
    times = Counter(project.number for project in said.projects)
    for number, several in times.items():
        if several > 1:
            yield f"projects: {several} have the number {number}"


def _far_away(said: _Vote, around: Surroundings | None) -> Iterator[str]:
    for position, project in enumerate(said.projects):
        if around is not None and project.position is not None:
            slip = around.slip(project.position)
            if slip:
                yield f"{place('projects', position, 'position')}: {slip}"


def _project(said: _Project) -> CharterProject:
    return CharterProject(
        key=str(said.number),
        number=said.number,
        title=said.title.texts,
        place=said.place.texts,
        cost_cents=_cents(f"cost of project {said.number}", said.cost),
        pictogram=said.pictogram,
        area=said.area,
        group=said.twins,
        position=said.position,
    )


def _stages(said: _Vote) -> tuple[Stage, ...]:
    """Those of the file; the vote and its result stand for themselves."""
    opens, closes = _instant(said.opens), _instant(said.closes)
    named = (
        Stage(
            Activity(one.activity), _instant(one.starts), _instant(one.ends) if one.ends else None
        )
        for one in said.stages
    )
    others = [stage for stage in named if stage.activity not in (Activity.VOTE, Activity.RESULTS)]
    both = [Stage(Activity.VOTE, opens, closes), Stage(Activity.RESULTS, closes, None)]
    return tuple(sorted([*others, *both], key=lambda stage: stage.starts_at))


def _instant(said: datetime) -> datetime:
    """A day and hour without an offset are those of Morocco."""
    return said if said.tzinfo else instant_of(said.date(), said.time())


def _cents(what: str, amount: int | Decimal) -> int:
    cents = Decimal(amount) * CENTS_PER_DIRHAM
    if not cents.is_finite() or cents != int(cents):
        raise BadVoteFile(f"{what}: {amount} is no amount in dirhams with at most two decimals")
    return int(cents)
