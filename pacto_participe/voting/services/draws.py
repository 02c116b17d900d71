"""Writing down what was drawn in public, by the administrators of the town."""

from pacto_participe.accounts.domain.writing import plain
from pacto_participe.approvals import services as approvals
from pacto_participe.approvals.domain import LONGEST_SUBJECT, Act, Approval
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.policies import PreparationProblem, VoteRefusal, may_prepare_vote
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.services.counting import complete_lot, subject_of_draw


def longest_drawn(charter: Charter) -> int:
    """How many signs of a draw fit beside the edition in what a second person agrees to."""
    return LONGEST_SUBJECT - len(subject_of_draw(charter, ""))


def read_drawn(charter: Charter, typed: str) -> str:
    """What was drawn, so written that anybody who types it redoes the lot: plain digits, single spaces.

    Raises Refused for nothing, and for more than a request for a second person holds.
    """
    drawn = " ".join(plain(" ".join(typed.split())).split())
    if not drawn:
        raise Refused(Problem(PreparationProblem.DRAWN_MISSING, "drawn"))
    most = longest_drawn(charter)
    if len(drawn) > most:
        raise Refused(Problem(PreparationProblem.DRAWN_TOO_LONG, "drawn", {"most": most}))
    return drawn


async def write_draw(uow: UnitOfWork, vote: Vote, typed: str) -> None:
    """Write it down, once. Raises NotAllowed and Refused."""
    require(may_prepare_vote(uow.actor, vote.charter.collectivity_id))
    await complete_lot(uow, vote, read_drawn(vote.charter, typed))


async def ask_to_write_draw(uow: UnitOfWork, vote: Vote, typed: str, *, reason: str) -> Approval:
    """Ask a second person for it. Raises NotAllowed and Refused."""
    charter = vote.charter
    require(may_prepare_vote(uow.actor, charter.collectivity_id))
    drawn = read_drawn(charter, typed)
    if not vote.awaits_lot:
        raise Conflict(Problem(VoteRefusal.NO_DRAW_AWAITED))
    subject = subject_of_draw(charter, drawn)
    return await approvals.ask(uow, charter.collectivity_id, Act.WRITE_DRAW, subject, reason=reason)
