"""Writing down what was drawn in public, once, by the administrators of the town."""

import unicodedata

from sqlmodel import col, update

from pacto_participe.approvals import services as approvals
from pacto_participe.approvals.domain import LONGEST_SUBJECT, Act, Approval
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.events import LotCompleted
from pacto_participe.voting.policies import PreparationProblem, VoteRefusal, may_prepare_vote
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.tables import VoteRow

LONGEST_DRAWN = 40  # digits


def read_drawn(typed: str) -> str:
    """What was drawn, in the one way there is to write it: its digits from 1 to 9, in their order.

    Separators, zeros and the kind of digits do not count: "4, 07", "٤ ٧" and "47" are one draw. Whoever types
    it knows the seed and who is equal, and could otherwise try spellings until one suits them.
    Raises Refused for words, which are no draw, for nothing, and for too much.
    """
    digits = []
    for sign in typed:
        if sign.isdecimal():
            digits.append(str(unicodedata.decimal(sign)))
        elif unicodedata.category(sign)[0] in "LNM":
            raise Refused(Problem(PreparationProblem.DRAWN_IN_WORDS, "drawn"))
    drawn = "".join(digits).replace("0", "")
    if not drawn:
        raise Refused(Problem(PreparationProblem.DRAWN_MISSING, "drawn"))
    if len(drawn) > LONGEST_DRAWN:
        raise Refused(Problem(PreparationProblem.DRAWN_TOO_LONG, "drawn", {"most": LONGEST_DRAWN}))
    return drawn


async def complete_lot(uow: UnitOfWork, vote: Vote, typed: str) -> None:
    """Write down what was drawn, once. Raises Refused for what is no draw, and where none is awaited.

    The condition of the update is the guard: of two who write a draw down at once, one is refused.
    """
    charter, drawn = vote.charter, read_drawn(typed)
    await approvals.require_second_person(
        uow, charter.collectivity_id, Act.WRITE_DRAW, _subject(charter, drawn)
    )
    written = await uow.rows_changed(
        update(VoteRow)
        .where(
            col(VoteRow.collectivity_id) == charter.collectivity_id,
            col(VoteRow.vote_id) == charter.vote_id,
            col(VoteRow.awaits_lot).is_(True),
        )
        .values(lot_completion=drawn, awaits_lot=False)
    )
    if written != 1:
        raise Refused(Problem(VoteRefusal.NO_DRAW_AWAITED))
    uow.record(LotCompleted(charter.vote_id, drawn), collectivity_id=charter.collectivity_id)


async def write_draw(uow: UnitOfWork, vote: Vote, typed: str) -> None:
    """The same by whoever may. Raises NotAllowed and Refused."""
    require(may_prepare_vote(uow.actor, vote.charter.collectivity_id))
    await complete_lot(uow, vote, typed)


async def ask_to_write_draw(uow: UnitOfWork, vote: Vote, typed: str, *, reason: str) -> Approval:
    """Ask a second person for it. Raises NotAllowed and Refused."""
    charter = vote.charter
    require(may_prepare_vote(uow.actor, charter.collectivity_id))
    subject = _subject(charter, read_drawn(typed))
    if len(subject) > LONGEST_SUBJECT:
        most = LONGEST_SUBJECT - len(_subject(charter, ""))
        raise Refused(Problem(PreparationProblem.DRAWN_TOO_LONG, "drawn", {"most": most}))
    if not vote.awaits_lot:
        raise Conflict(Problem(VoteRefusal.NO_DRAW_AWAITED))
    return await approvals.ask(uow, charter.collectivity_id, Act.WRITE_DRAW, subject, reason=reason)


def _subject(charter: Charter, drawn: str) -> str:
    """What a second person agrees to: this edition, and these very digits."""
    return f"{charter.edition}/{drawn}"
