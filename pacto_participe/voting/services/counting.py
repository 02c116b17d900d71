"""From the close to the publication: seal the box, count, publish. Each step can be done again.

No step decides whether a vote is open: that is the clock's matter (charter.state_of). A ballot that
arrived before the close may still wait for its commit, so the sealing leaves it a few seconds.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, delete, update
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting import queries
from pacto_participe.voting.ballots import BALLOT_KINDS, profile_of
from pacto_participe.voting.boxes import BOXES, Contents
from pacto_participe.voting.charter import Charter, lot_of
from pacto_participe.voting.domain import Outcome, Profile
from pacto_participe.voting.events import BoxSealed, LotAwaited, ResultPublished
from pacto_participe.voting.policies import VoteRefusal
from pacto_participe.voting.publication import files as published
from pacto_participe.voting.publication.comparison import comparison_of
from pacto_participe.voting.publication.result import box_fingerprint, result_of
from pacto_participe.voting.publication.roll import roll_file
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.rules import count
from pacto_participe.voting.rules.ties import LOT_NAME
from pacto_participe.voting.services import rolls
from pacto_participe.voting.tables import (
    AreaContentRow,
    CountedBallotRow,
    PublishedFileRow,
    TurnoutRow,
    VoteRow,
)

GRACE = timedelta(seconds=10)
FEWEST_IN_A_CELL = 30  # figures by area or channel below this would speak of persons

Minutes = Callable[[Charter, Mapping[str, Any], str], str]


async def seal_box(uow: UnitOfWork, vote: Vote) -> bool:
    """Empty the box after the close. False when it was sealed already, or the close is too near.

    Destroy the key only after this is committed (`forget_keys`).
    """
    charter = vote.charter
    if uow.now() < charter.closes_at + GRACE:
        return False
    # The conditional update is the guard: of two workers one seals, and no ballot enters any more.
    sealed = await uow.rows_changed(
        update(VoteRow)
        .where(
            col(VoteRow.collectivity_id) == charter.collectivity_id,
            col(VoteRow.vote_id) == charter.vote_id,
            col(VoteRow.sealed_at).is_(None),
        )
        .values(sealed_at=uow.now())
    )
    if sealed != 1:
        return False
    contents = await BOXES[charter.box].seal(uow.session, vote.key)
    await store_contents(uow, charter, contents)
    return True


async def store_contents(uow: UnitOfWork, charter: Charter, contents: Contents) -> None:
    """Keep the ballots by content, and the turnout by channel and area beside who was entitled."""
    rows = [
        {
            "collectivity_id": charter.collectivity_id,
            "vote_id": charter.vote_id,
            "content_key": hashlib.sha256(content.encode()).hexdigest(),
            "content": content,
            "weight": weight,
        }
        for content, weight in sorted(contents.weights.items())
    ]
    if rows:
        connection = await uow.session.connection()
        await connection.execute(insert(CountedBallotRow), rows)
    roll = await rolls.counts_at_close(uow.session, charter)
    has_roll = not charter.source

    def turnout(
        dimension: str, voted: Mapping[str, int], entitled: Mapping[str, int] | None
    ) -> list[TurnoutRow]:
        return [
            TurnoutRow(
                collectivity_id=charter.collectivity_id,
                vote_id=charter.vote_id,
                dimension=dimension,
                name=name,
                voted=number,
                entitled=entitled.get(name) if entitled is not None and has_roll else None,
            )
            for name, number in voted.items()
        ]

    uow.session.add_all(
        [
            *turnout("all", {"": contents.ballots}, {"": roll.total}),
            *turnout("channel", contents.by_channel, None),
            *turnout("area", contents.by_area, roll.by_district),
        ]
    )
    if has_roll:
        uow.session.add_all(
            TurnoutRow(
                collectivity_id=charter.collectivity_id,
                vote_id=charter.vote_id,
                dimension="method",
                name=method,
                voted=0,
                entitled=number,
            )
            for method, number in roll.by_method.items()
        )
    fingerprint = box_fingerprint(contents.weights)
    uow.record(
        BoxSealed(charter.vote_id, contents.ballots, fingerprint),
        collectivity_id=charter.collectivity_id,
    )


def forget_keys(secrets: Secrets, vote: Vote) -> None:
    """Once the sealing is on the disk: nobody can follow a voter to a ballot again."""
    BOXES[vote.charter.box].destroy_keys(secrets, vote.charter.vote_id)


@dataclass(frozen=True, slots=True)
class SealedBox:
    """Everything that a count reads."""

    contents: Mapping[str, int]
    areas: Mapping[str, Mapping[str, int]]
    turnout: Mapping[str, Any]
    roll: rolls.RollOfCount | None = None


async def open_for_count(session: AsyncSession, vote: Vote) -> SealedBox:
    """Read a sealed box. Raises Refused while it is not sealed. Five statements."""
    if vote.sealed_at is None:
        raise Refused(Problem(VoteRefusal.NOT_SEALED))
    turnout = _turnout(await queries.turnout_of(session, vote.key))
    areas = await queries.area_contents_of(session, vote.key)
    roll = await rolls.read_for_count(session, vote.key)
    if roll and roll.roll.closed and turnout["voted"] > (turnout["entitled"] or 0):
        # Somebody voted and was corrected before the close: whoever was on the roll could vote.
        turnout["entitled"] = roll.roll.closed.people
    return SealedBox(
        contents=await queries.contents_of(session, vote.key),
        areas={cell["name"]: areas[cell["name"]] for cell in turnout["by_area"]},
        turnout=turnout,
        roll=roll,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A finished count, not yet stored."""

    profile: Profile
    outcome: Outcome
    result: Mapping[str, Any]
    contents: Mapping[str, int]
    lot: str | None
    roll: rolls.RollOfCount | None = None


def count_box(
    vote: Vote, box: SealedBox, *, now: datetime, official: Mapping[str, Any] | None = None
) -> Counted:
    """Count. Pure arithmetic, for as long as it takes: outside any transaction, off the loop."""
    charter = vote.charter
    lot = None if vote.lot_completion is None else lot_of(charter, vote.lot_completion)
    kind = BALLOT_KINDS[charter.ballot_kind]
    profile = profile_of(kind, charter.election, box.contents.items())
    outcome = count(charter.election, profile, charter.parameters, lot=lot)
    result = result_of(
        charter,
        profile,
        outcome,
        fingerprint=box_fingerprint(box.contents),
        counted_at=now,
        lot_completion=vote.lot_completion,
        turnout=box.turnout,
        comparison=comparison_of(charter, profile, outcome, box.areas, lot=lot),
        official=with_agreement(official, outcome, charter),
        roll=box.roll.roll.to_dict() if box.roll else None,
    )
    return Counted(profile, outcome, result, box.contents, lot, box.roll)


def with_agreement(
    official: Mapping[str, Any] | None, outcome: Outcome, charter: Charter
) -> dict[str, Any] | None:
    """What a city published, beside what our count says of the same ballots."""
    if official is None:
        return None
    ours = {charter.projects[index].key for index in outcome.winners}
    theirs = set(official["winners"])
    return {**official, "agrees": theirs == ours, "differs": sorted(theirs ^ ours)}


def _turnout(found: Mapping[str, Mapping[str, tuple[int, int | None]]]) -> dict[str, Any]:
    """Voted and entitled in all; by channel and area only where the cell is large enough."""
    voted, entitled = found.get("all", {}).get("", (0, None))

    def cells(dimension: str) -> list[dict[str, Any]]:
        told = found.get(dimension, {})
        shown = names_to_tell({name: number for name, (number, _) in told.items()})
        return [
            {"name": name, "voted": told[name][0], "entitled": told[name][1]}
            for name in sorted(shown)
        ]

    return {
        "voted": voted,
        "entitled": entitled,
        "by_channel": cells("channel"),
        "by_area": cells("area"),
        "by_method": [
            {"name": name, "entitled": of}
            for name, (_, of) in sorted(found.get("method", {}).items())
        ],
    }


def names_to_tell(voted: Mapping[str, int]) -> set[str]:
    """The cells of a table that can be published beside their sum; "" is what has no name.

    Whoever takes the shown cells from the sum learns how many people are hidden together: that must be
    none, or FEWEST_IN_A_CELL and more. The smallest of the shown ones are hidden too until it is so.
    """
    hidden = {name for name, number in voted.items() if not name or number < FEWEST_IN_A_CELL}
    shown = sorted(voted.keys() - hidden, key=lambda name: (voted[name], name))
    people = sum(voted[name] for name in hidden)
    while shown and 0 < people < FEWEST_IN_A_CELL:
        people += voted[shown.pop(0)]
    return set(shown)


async def publish_result(
    uow: UnitOfWork, vote: Vote, counted: Counted, files: tuple[published.File, ...]
) -> bool:
    """Store every file of the publication, once. False when another worker was first.

    A tie that waits for its lot is no result: nothing is published then, and the draw is awaited.
    A count that knew of no draw comes too late once there is one: it is done again.
    """
    charter = vote.charter
    waits = counted.outcome.awaits_lot
    marked = await uow.rows_changed(
        update(VoteRow)
        .where(
            col(VoteRow.collectivity_id) == charter.collectivity_id,
            col(VoteRow.vote_id) == charter.vote_id,
            col(VoteRow.counted_at).is_(None),
            col(VoteRow.awaits_lot).is_(False),
            col(VoteRow.lot_completion).is_not_distinct_from(vote.lot_completion),
        )
        .values(counted_at=None if waits else uow.now(), awaits_lot=waits)
    )
    if marked != 1:
        return False
    if waits:
        awaited = LotAwaited(charter.vote_id, tied=_tied(counted))
        uow.record(awaited, collectivity_id=charter.collectivity_id)
        return True
    uow.session.add_all(
        PublishedFileRow(
            collectivity_id=charter.collectivity_id,
            vote_id=charter.vote_id,
            name=file.name,
            media_type=file.media_type,
            content=file.content,
            sha256=file.sha256,
        )
        for file in files
    )
    await uow.session.execute(
        delete(AreaContentRow).where(
            col(AreaContentRow.collectivity_id) == charter.collectivity_id,
            col(AreaContentRow.vote_id) == charter.vote_id,
        )
    )
    uow.record(
        ResultPublished(charter.vote_id, len(counted.outcome.winners), counted.profile.ballots),
        collectivity_id=charter.collectivity_id,
    )
    return True


def _tied(counted: Counted) -> tuple[tuple[str, ...], ...]:
    """The projects that the draw will put in order, each time in the order of the list."""
    places = [project["key"] for project in counted.result["projects"]]
    return tuple(
        tuple(sorted(tie["projects"], key=places.index))
        for tie in counted.result["ties"]
        if tie["decisive"] and LOT_NAME in tie["decided_by"]
    )


def files_of(
    charter: Charter, counted: Counted, *, place: str, minutes: Minutes, style: bytes
) -> tuple[published.File, ...]:
    """The publication of a count; none while a tie waits for its lot. Seconds for a large city.

    `minutes` makes the minutes in a language from the charter and the result, `style` is their look.
    """
    if counted.outcome.awaits_lot:
        return ()
    files = [
        published.manifest(charter),
        published.projects_csv(charter, counted.result),
        published.result_file(counted.result),
    ]
    if counted.profile.ballots >= charter.fewest_ballots_published:
        files += [
            published.ballots_csv(charter, counted.contents),
            published.ballots_pb(
                charter, counted.profile, counted.outcome, place=place, lot=counted.lot
            ),
        ]
    for lang in ("ar", "fr"):
        content = minutes(charter, counted.result, lang).encode()
        files.append(published.File(f"minutes.{lang}.html", published.HTML, content))
    files.append(published.File(published.MINUTES_STYLE, published.CSS, style))
    if counted.roll:
        files.append(roll_file(counted.roll.roll, counted.roll.frozen, counted.roll.added))
    return (*files, published.sums(tuple(files)))
