"""An election held elsewhere, from its Pabulib file, as a closed vote counted by our own engine."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from sqlmodel import col, update

from pacto_participe.consultations import services as consultations
from pacto_participe.consultations.domain import Activity, Stage
from pacto_participe.consultations.queries import consultation_by_slug
from pacto_participe.kernel.clock import instant_of
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, limits_of, to_plain
from pacto_participe.voting.boxes import Contents
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import Reading
from pacto_participe.voting.pabulib import PabulibFile, own_rule
from pacto_participe.voting.policies import ImportProblem
from pacto_participe.voting.services.counting import store_contents
from pacto_participe.voting.services.freezing import freeze_charter
from pacto_participe.voting.tables import VoteRow

CENTS = 100
KINDS_BY_VOTE_TYPE = {kind.pabulib_vote_type: kind.name for kind in reversed(tuple(BALLOT_KINDS))}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made, and what the city published (None when the file tells no outcome)."""

    edition: str
    ballots: int
    official: Mapping[str, Any] | None


def edition_of(meta: Mapping[str, str]) -> str:
    """A slug from the place and the year: swiecie-2023."""
    words = f"{meta.get('unit', '')} {meta.get('district', '')} {meta.get('instance', '')}"
    plain = unicodedata.normalize("NFKD", words.replace("ł", "l").replace("Ł", "L"))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60] or "election"


async def import_election(
    uow: UnitOfWork, secrets: Secrets, file: PabulibFile, *, collectivity_id: str
) -> Imported:
    """Store the election with its ballots, sealed and ready to be counted. Raises Refused."""
    charter = charter_of(file, collectivity_id, now=uow.now())
    if await consultation_by_slug(uow.session, collectivity_id, charter.edition) is not None:
        named = {"edition": charter.edition}
        raise Refused(Problem(ImportProblem.HERE_ALREADY, "file", named))
    consultation = await consultations.publish_consultation(
        uow,
        collectivity_id=collectivity_id,
        kind="participatory-budget",
        slug=charter.edition,
        title=charter.title,
        summary=charter.title,
        budget_cents=charter.budget_cents,
        stages=(Stage(Activity.VOTE, charter.opens_at, charter.closes_at),),
        currency=charter.currency,
    )
    await freeze_charter(uow, secrets, charter, consultation_id=consultation.consultation_id)
    contents = contents_of(file, charter)
    await store_contents(uow, charter, Contents(contents))
    await uow.session.execute(
        update(VoteRow)
        .where(
            col(VoteRow.collectivity_id) == collectivity_id,
            col(VoteRow.vote_id) == charter.vote_id,
        )
        .values(sealed_at=uow.now())
    )
    return Imported(charter.edition, file.profile.ballots, _official(file, charter))


def charter_of(file: PabulibFile, collectivity_id: str, *, now: datetime) -> Charter:
    """The rules that the file names, as a charter. Raises Refused for what a charter cannot hold."""
    meta = file.meta
    kind = KINDS_BY_VOTE_TYPE.get(file.vote_type)
    if kind is None:
        raise Refused(Problem(ImportProblem.VOTE_TYPE, "file", {"vote_type": file.vote_type}))
    language = meta.get("language", "") or "und"
    place = meta.get("unit", "") or meta.get("country", "")
    named = " ".join(part for part in (place, meta.get("district"), meta.get("instance")) if part)
    title = named or edition_of(meta)  # a file need not say where and when it was held
    begins, ends = _days(meta, now)
    return Charter(
        collectivity_id=collectivity_id,
        vote_id=uuid4().hex,
        edition=edition_of(meta),
        title=Texts.of({language: title}),
        currency=meta.get("currency", "EUR")[:3],
        budget_cents=_cents(file, file.election.budget),
        projects=tuple(
            CharterProject(
                key=option.id,
                number=place_in_list,
                title=Texts.of({language: option.name or option.id}),
                place=Texts.of({language: place or option.id}),
                cost_cents=_cents(file, option.cost),
                group=option.group,
                is_withdrawn=option.is_withdrawn,
                position=option.position,
            )
            for place_in_list, option in enumerate(file.election.options, start=1)
        ),
        ballot_kind=kind,
        ballot_limits=_limits(file, kind),
        parameters=own_rule(file).parameters,
        lot_seed="",
        opens_at=instant_of(begins, time(0)),
        closes_at=instant_of(ends, time(23, 59, 59)),
        minimum_age=0,
        source=f"Pabulib, {meta.get('country', '')}, {title}",
    )


def _cents(file: PabulibFile, units: int) -> int:
    cents, rest = divmod(units * CENTS, file.election.units_per_currency)
    if rest:
        raise Refused(Problem(ImportProblem.FINER_THAN_CENTS, "file"))
    return cents


def _days(meta: Mapping[str, str], now: datetime) -> tuple[date, date]:
    """First and last day of the vote, as far as the file tells; never in the future."""
    found = [_day(meta.get(key, "")) for key in ("date_begin", "date_end")]
    year = re.search(
        r"\b(19|20)\d\d\b", meta.get("instance", "") + " " + meta.get("date_begin", "")
    )
    first_of_year = date(int(year[0]), 1, 1) if year else date(2000, 1, 1)
    begins = found[0] or found[1] or first_of_year
    ends = max(found[1] or begins, begins)
    yesterday = date.fromordinal(now.astimezone(UTC).toordinal() - 1)
    return min(begins, yesterday), min(ends, yesterday)


def _day(text: str) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    try:
        match numbers:
            case [day, month, year] if year > 31:
                return date(year, month, day)
            case [year, month, day] if year > 31:
                return date(year, month, day)
    except ValueError:
        return None
    return None


def _limits(file: PabulibFile, kind: str) -> dict[str, Any]:
    """The limits that the file names, widened to what its ballots hold."""
    count = len(file.election.options)
    longest = max((len(row) for row in file.profile.rows), default=1)

    def told(key: str, otherwise: int) -> int:
        value = file.meta.get(key, "")
        return int(value) if value.isdecimal() and int(value) > 0 else otherwise

    match BALLOT_KINDS[kind].reading:
        case Reading.POINTS:
            most = max((max(marks) for marks in file.profile.marks or () if marks), default=1)
            plain = {
                "total": told("max_sum_points", most * longest),
                "max_each": told("max_points", most),
                "min_projects": 1,
            }
        case Reading.RANKING:
            plain = {"top": min(count, max(told("max_length", longest), 1))}
        case _:
            plain = {} if kind == "choose-one" else {"max": told("max_length", max(longest, 1))}
    return to_plain(limits_of(BALLOT_KINDS[kind], plain))


def contents_of(file: PabulibFile, charter: Charter) -> dict[str, int]:
    """Each ballot as our own kinds write it, with how many there are."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    ids = [option.id for option in file.election.options]
    marks = file.profile.marks or tuple((1,) * len(row) for row in file.profile.rows)
    contents: dict[str, int] = {}
    for row, given, weight in zip(file.profile.rows, marks, file.profile.weights, strict=True):
        named = [ids[index] for index in row]
        if not named:
            ballot = Marks.none()
        elif kind.reading is Reading.POINTS:
            ballot = Marks.pointed(dict(zip(named, given, strict=True)))
        elif kind.reading is Reading.RANKING:
            ballot = Marks.ranked(named)
        else:
            ballot = Marks.chosen(named)
        content = kind.writing.encode(ballot)
        contents[content] = contents.get(content, 0) + weight
    return contents


def _official(file: PabulibFile, charter: Charter) -> dict[str, Any] | None:
    winners = file.official_winners
    if winners is None:
        return None
    return {
        "winners": [file.election.options[index].id for index in sorted(winners)],
        "source": charter.source,
    }
