"""Deciding a conflict. No way of it touches a ballot: those lie under the residence, which stays.

An account is only the way in. What is decided is which account has the residence, which fingerprint
finds it, or that it ends. Two residences are joined only while no vote is open, when there is no ballot
that could be lost or counted twice.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, update
from sqlalchemy.exc import IntegrityError

from pacto_participe.accounts.domain.cards import read_card_number
from pacto_participe.accounts.domain.cases import (
    CONFLICT_DECISIONS,
    WITH_THE_CARD,
    CaseKind,
    Clash,
    Decision,
)
from pacto_participe.accounts.domain.people import EndReason
from pacto_participe.accounts.events import ResidenceEnded, ResidenceRenumbered, ResidencesJoined
from pacto_participe.accounts.policies import Refusal, may_verify
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.case_files import CaseFile, open_file
from pacto_participe.accounts.services.cases import close_case, open_conflict
from pacto_participe.accounts.services.changes import held_residence, revive
from pacto_participe.accounts.services.linking import (
    holds_nothing,
    is_someone_else,
    link,
    locked_residence,
)
from pacto_participe.accounts.services.people import erase_people, sign_out_everywhere
from pacto_participe.accounts.tables import LISTED_PERSON, RESIDENCE
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import NotFound, Problem, Refused, refuse_if
from pacto_participe.storage.jobs import ask
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

SEND_DECIDED = "accounts:send-decided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a clerk decides. `keep`: the account that has the right from now on. `cnie`: the number on the
    card, where the one that was written is wrong. `seen`: the card was in the clerk's hand."""

    decision: Decision
    note: str = ""
    keep: str = ""
    cnie: str = ""
    seen: bool = False

    def __repr__(self) -> str:
        return f"Verdict({self.decision})"


async def decide_conflict(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    case_id: str,
    verdict: Verdict,
    *,
    is_vote_open: bool,
) -> None:
    """Decide, once, and do it in the same transaction.

    Raises NotAllowed, NotFound, Refused, Conflict: then nothing is changed.
    """
    file = await open_file(uow, collectivity_id, case_id)
    refuse_if(_problems(file, verdict))
    await close_case(uow, collectivity_id, case_id, verdict.decision, verdict.note)
    residence = await locked_residence(
        uow, collectivity_id, RESIDENCE.c.residence_id == file.case.residence_id
    )
    if residence is None:
        raise NotFound
    goes: frozenset[str] = frozenset()
    match verdict.decision:
        case Decision.SAME_PERSON:
            await _give(uow, collectivity_id, residence, file, verdict.keep)
            goes = await _others_of_nothing(uow, file, verdict.keep)
        case Decision.OTHER_PERSON:
            await _give(uow, collectivity_id, residence, file, verdict.keep)
        case Decision.NUMBER_MISTAKEN:
            await _renumber(
                uow, secrets, collectivity_id, residence, verdict.cnie, is_vote_open=is_vote_open
            )
        case Decision.LIST_MISTAKEN:
            await _strike(uow, collectivity_id, residence)
        case Decision.ENDED:
            await _end(uow, collectivity_id, residence["residence_id"])
    await _tell(uow, collectivity_id, file, goes)


async def _tell(
    uow: UnitOfWork, collectivity_id: str, file: CaseFile, goes: frozenset[str]
) -> None:
    """Have both sides told, whether they wished for messages or not: a right to vote may have changed
    hands, and whoever had no part in it must learn of it. An account that goes is told first, and
    erased by the same job. One statement a side."""
    for side in file.sides:
        if not side.is_closed:
            await ask(
                uow.session,
                SEND_DECIDED,
                collectivity_id=collectivity_id,
                due_at=uow.now(),
                key=f"decided-{file.case.case_id}-{side.person_id[:16]}",  # 64 letters at most
                collectivity=collectivity_id,
                person_id=side.person_id,
                erases=side.person_id in goes,
            )


async def report(uow: UnitOfWork, collectivity_id: str, residence_id: str) -> None:
    """Somebody at the counter says that the number of a resident is theirs. Raises NotAllowed, NotFound."""
    require(may_verify(uow.actor, collectivity_id))
    residence = await locked_residence(
        uow, collectivity_id, RESIDENCE.c.residence_id == residence_id
    )
    if residence is None:
        raise NotFound
    await open_conflict(
        uow, collectivity_id, Clash.REPORTED, residence_id, person_id=residence["person_id"]
    )


def _problems(file: CaseFile, verdict: Verdict) -> tuple[Problem, ...]:
    case, problems = file.case, []
    is_conflict = case.kind is CaseKind.CONFLICT
    if not is_conflict or verdict.decision not in CONFLICT_DECISIONS[Clash(case.about)]:
        return (Problem(Refusal.REASON_MISSING, "decision"),)
    if verdict.decision in WITH_THE_CARD and not verdict.seen:
        problems.append(Problem(Refusal.CARD_NOT_SEEN, "seen"))
    if verdict.decision in {Decision.SAME_PERSON, Decision.OTHER_PERSON}:
        open_sides = {side.person_id for side in file.sides if not side.is_closed}
        if verdict.keep not in open_sides:
            problems.append(Problem(Refusal.KEEP_MISSING, "keep"))
    if verdict.decision is Decision.NUMBER_MISTAKEN and read_card_number(verdict.cnie) is None:
        problems.append(Problem(Refusal.CARD_UNREADABLE, "cnie"))
    return tuple(problems)


async def _give(
    uow: UnitOfWork, collectivity_id: str, residence: RowMapping, file: CaseFile, keep: str
) -> None:
    """The residence is in the account `keep` from now on; the browsers of the others are signed out."""
    if await is_someone_else(uow, collectivity_id, keep, residence):
        raise Refused(Problem(Refusal.KEEPS_ANOTHER, "keep"))
    before = await link(uow, collectivity_id, residence, keep)
    others = {side.person_id for side in file.sides} | ({before} if before else set())
    for person_id in sorted(others - {keep}):
        await sign_out_everywhere(uow, person_id)


async def _others_of_nothing(uow: UnitOfWork, file: CaseFile, keep: str) -> frozenset[str]:
    """Of one person one account stays; another that holds a right or a role elsewhere stays as well."""
    return frozenset(
        [
            side.person_id
            for side in file.sides
            if side.person_id != keep
            and not side.is_closed
            and await holds_nothing(uow, side.person_id, but_contacts=True)
        ]
    )


async def erase_told(uow: UnitOfWork, person_id: str) -> None:
    """Erase an account that a decision ended, unless it came to hold something meanwhile."""
    if await holds_nothing(uow, person_id, but_contacts=True):
        await erase_people(uow, [person_id])


async def _renumber(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    residence: RowMapping,
    cnie: str,
    *,
    is_vote_open: bool,
) -> None:
    """Another number finds the same residence. The wrong one is free for who has that card."""
    number = read_card_number(cnie)
    if number is None:
        raise Refused(Problem(Refusal.CARD_UNREADABLE, "cnie"))
    card = (await card_keys(uow, secrets, collectivity_id)).card(number)
    if card == residence["card"]:
        return
    other = await locked_residence(uow, collectivity_id, RESIDENCE.c.card == card)
    if other is not None:
        if is_vote_open:
            raise Refused(Problem(Refusal.JOIN_AFTER_THE_CLOSE, "cnie"))
        await _join(uow, collectivity_id, residence, other, card)
        return
    try:
        async with uow.session.begin_nested():
            await _change(uow, collectivity_id, residence["residence_id"], {"card": card})
    except IntegrityError:  # somebody was verified with that number at this very instant
        raise Refused(Problem(Refusal.JOIN_AFTER_THE_CLOSE, "cnie")) from None
    uow.record(ResidenceRenumbered(residence["residence_id"]), collectivity_id=collectivity_id)


async def _join(
    uow: UnitOfWork, collectivity_id: str, mine: RowMapping, other: RowMapping, card: str
) -> None:
    """Two residents were one: the one verified first stays, as rolls that are frozen know that one."""
    stays, ends = sorted((mine, other), key=lambda one: (one["verified_at"], one["residence_id"]))
    person_id = mine["person_id"] or other["person_id"]
    # Not a fingerprint: no card finds the row that ended.
    shut = {"card": f"joined:{ends['residence_id']}", "person_id": None, "ended_at": uow.now()}
    await _change(uow, collectivity_id, ends["residence_id"], shut)
    held = await held_residence(uow, collectivity_id, stays["residence_id"])
    await revive(uow, held, {})
    kept = {"card": card, "person_id": person_id}
    await _change(uow, collectivity_id, stays["residence_id"], kept)
    for one in (mine["person_id"], other["person_id"]):
        if one is not None and one != person_id:
            await sign_out_everywhere(uow, one)
    uow.record(
        ResidencesJoined(stays["residence_id"], ends["residence_id"]),
        collectivity_id=collectivity_id,
    )


async def _strike(uow: UnitOfWork, collectivity_id: str, residence: RowMapping) -> None:
    """The list has it wrong: its line would let somebody else in by the wrong date."""
    await uow.session.execute(
        delete(LISTED_PERSON).where(
            LISTED_PERSON.c.collectivity_id == collectivity_id,
            LISTED_PERSON.c.identity == residence["card"],
        )
    )


async def _end(uow: UnitOfWork, collectivity_id: str, residence_id: str) -> None:
    """No right to vote any more. A ballot that was given stays in its box."""
    await _change(uow, collectivity_id, residence_id, {"ended_at": uow.now()})
    uow.record(
        ResidenceEnded(residence_id, EndReason.MISTAKE.value), collectivity_id=collectivity_id
    )


async def _change(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, values: dict[str, Any]
) -> None:
    await uow.session.execute(
        update(RESIDENCE)
        .where(
            RESIDENCE.c.collectivity_id == collectivity_id,
            RESIDENCE.c.residence_id == residence_id,
        )
        .values(values)
    )
