"""The roll of a vote: who may vote in it, by the rules of that vote. Counts, never names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts.domain.people import RollCounts
from pacto_participe.approvals import services as approvals
from pacto_participe.approvals.domain import Act
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.reckoning import reckoned
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting import queries
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.events import RollClosed, RollFrozen
from pacto_participe.voting.policies import VoteRefusal, may_freeze_roll
from pacto_participe.voting.publication.roll import Roll, RollPart, fingerprint_of, line_of
from pacto_participe.voting.tables import RollLineRow, RollRow, VoteRow

FROZEN, CLOSED = "frozen", "closed"
LONGEST_REASON = 300


async def counts_at(session: AsyncSession, charter: Charter, now: datetime) -> RollCounts:
    """Who may vote, were the vote held at this instant. One statement."""
    return await accounts.roll_counts(
        session, charter.collectivity_id, now, rule=charter.eligibility
    )


async def news_of(
    session: AsyncSession, charter: Charter, now: datetime, *, newer_than: datetime
) -> accounts.RollNews:
    """What moves on it: verified since an instant, verified and in no account yet. One statement."""
    return await accounts.roll_news(
        session,
        charter.collectivity_id,
        now,
        newer_than=newer_than,
        rule=charter.eligibility,
    )


async def counts_of_vote(session: AsyncSession, charter: Charter, until: datetime) -> RollCounts:
    """Who could vote at some moment from the opening until an instant, each in one area: where they lived
    at the opening, or when they were verified after it. A correction takes nobody off. One statement."""
    return await accounts.roll_counts(
        session,
        charter.collectivity_id,
        until,
        since=min(charter.eligible_from, until),
        rule=charter.eligibility,
    )


async def counts_at_close(session: AsyncSession, charter: Charter) -> RollCounts:
    """The same of the whole vote: no ballot is outside of it, in all and in each area. One statement."""
    return await counts_of_vote(session, charter, charter.closes_at)


def key_name(vote_id: str) -> str:
    """The key that makes a roll's lines: kept, so that a line can be shown to be somebody's in a dispute."""
    return f"roll-{vote_id}"


async def freeze_by_hand(
    uow: UnitOfWork, secrets: Secrets, charter: Charter, *, reason: str
) -> RollPart:
    """Fix the roll before its time, with a reason. Raises NotAllowed and Refused."""
    require(may_freeze_roll(uow.actor, charter, now=uow.now()))
    await approvals.require_second_person(
        uow, charter.collectivity_id, Act.FREEZE_ROLL, charter.edition
    )
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(Problem(VoteRefusal.ROLL_REASON_MISSING, "reason"))
    frozen = await _freeze(uow, secrets, charter, uow.now(), reason[:LONGEST_REASON])
    if frozen is None:
        raise Refused(Problem(VoteRefusal.ROLL_FROZEN))
    return frozen


async def ask_to_freeze(uow: UnitOfWork, charter: Charter, *, reason: str) -> None:
    """Ask a second person for it. Raises NotAllowed and Refused."""
    require(may_freeze_roll(uow.actor, charter, now=uow.now()))
    if await _is_fixed(uow, charter, FROZEN):
        raise Refused(Problem(VoteRefusal.ROLL_FROZEN))
    await approvals.ask(
        uow, charter.collectivity_id, Act.FREEZE_ROLL, charter.edition, reason=reason
    )


async def freeze_in_time(uow: UnitOfWork, secrets: Secrets, charter: Charter) -> RollPart | None:
    """Fix the roll as it was at its moment, however late the worker comes. None when it is fixed already."""
    if uow.now() < charter.roll_freezes_at or charter.source:
        return None
    return await _freeze(uow, secrets, charter, charter.roll_freezes_at, "")


async def _freeze(
    uow: UnitOfWork, secrets: Secrets, charter: Charter, as_of: datetime, reason: str
) -> RollPart | None:
    """Six statements. Whoever a clerk is verifying meanwhile comes on the roll at the close."""
    if not await _is_first(uow, charter):
        return None
    residences = await accounts.entitled_residences(
        uow.session,
        charter.collectivity_id,
        since=as_of,
        until=as_of,
        rule=charter.eligibility,
    )
    lines = await _lines(secrets, charter, residences)
    part = await _fix(uow, charter, FROZEN, lines, lines, reason=reason)
    uow.record(
        RollFrozen(charter.vote_id, part.people, part.fingerprint, reason),
        collectivity_id=charter.collectivity_id,
    )
    return part


async def _is_first(uow: UnitOfWork, charter: Charter) -> bool:
    """Whether the roll is not frozen. The vote is locked first: of two who freeze at once, one does."""
    await uow.session.exec(
        select(VoteRow.vote_id)
        .where(
            VoteRow.collectivity_id == charter.collectivity_id, VoteRow.vote_id == charter.vote_id
        )
        .with_for_update()
    )
    return not await _is_fixed(uow, charter, FROZEN)


async def _is_fixed(uow: UnitOfWork, charter: Charter, moment: str) -> bool:
    found = await uow.session.exec(
        select(RollRow.people).where(
            RollRow.collectivity_id == charter.collectivity_id,
            RollRow.vote_id == charter.vote_id,
            col(RollRow.moment) == moment,
        )
    )
    return found.first() is not None


async def _lines(secrets: Secrets, charter: Charter, residences: Iterable[str]) -> set[str]:
    """Off the loop: a city has a hundred thousand of them."""
    key = secrets.get_or_make(key_name(charter.vote_id))
    return await reckoned(lambda: {line_of(key, each) for each in residences})


async def _fix(
    uow: UnitOfWork,
    charter: Charter,
    moment: str,
    new: set[str],
    every: set[str],
    *,
    departed: int = 0,
    reason: str = "",
) -> RollPart:
    """Store the new lines, then what binds every line; the database lets nobody add to that part again."""
    fingerprint = await reckoned(fingerprint_of, every)
    place = {"collectivity_id": charter.collectivity_id, "vote_id": charter.vote_id}
    if new:
        await (await uow.session.connection()).execute(
            insert(RollLineRow), [{**place, "line": line, "moment": moment} for line in sorted(new)]
        )
    row = RollRow(
        **place,
        moment=moment,
        people=len(every),
        departed=departed,
        fingerprint=fingerprint,
        fixed_at=uow.now(),
        fixed_by=uow.acting_role(charter.collectivity_id),
        reason=reason,
    )
    uow.session.add(row)
    await uow.session.flush()
    return RollPart(row.people, fingerprint, uow.now())


async def close_roll(uow: UnitOfWork, secrets: Secrets, charter: Charter) -> RollPart | None:
    """At the sealing: who came on the roll since it was frozen. None for a vote that never had one.

    In the transaction of the sealing, which one worker does. A lost key costs the roll of the close, never
    the count. Seven statements.
    """
    if not secrets.exists(key_name(charter.vote_id)):
        return None
    if not await _is_fixed(uow, charter, FROZEN) or await _is_fixed(uow, charter, CLOSED):
        return None
    town, rule = charter.collectivity_id, charter.eligibility
    could_vote = await _lines(
        secrets,
        charter,
        await accounts.entitled_residences(
            uow.session, town, since=charter.eligible_from, until=charter.closes_at, rule=rule
        ),
    )
    are_here = await _lines(
        secrets,
        charter,
        await accounts.entitled_residences(
            uow.session, town, since=charter.closes_at, until=charter.closes_at, rule=rule
        ),
    )
    before = set((await queries.roll_lines(uow.session, (town, charter.vote_id)))[FROZEN])
    new, departed = could_vote - before, len(before - are_here)
    part = await _fix(uow, charter, CLOSED, new, before | new, departed=departed)
    uow.record(
        RollClosed(charter.vote_id, part.people, len(new), departed, part.fingerprint),
        collectivity_id=town,
    )
    return part


@dataclass(frozen=True, slots=True)
class RollOfCount:
    """What a count publishes of the roll, with the lines that it binds."""

    roll: Roll
    frozen: tuple[str, ...]
    added: tuple[str, ...]


async def read_for_count(session: AsyncSession, vote: tuple[str, str]) -> RollOfCount | None:
    """None for a vote without a roll, or one that was not closed. Two statements."""
    rows = (
        await session.exec(
            select(RollRow).where(RollRow.collectivity_id == vote[0], RollRow.vote_id == vote[1])
        )
    ).all()
    parts = {row.moment: row for row in rows}
    if parts.keys() != {FROZEN, CLOSED}:
        return None
    frozen, closed = (
        RollPart(parts[name].people, parts[name].fingerprint, parts[name].fixed_at)
        for name in (FROZEN, CLOSED)
    )
    lines = await queries.roll_lines(session, vote)
    roll = Roll(frozen, closed, parts[CLOSED].departed)
    return RollOfCount(roll, tuple(lines[FROZEN]), tuple(lines[CLOSED]))
