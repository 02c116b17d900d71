"""May they? Tables of who may vote, when, and why not."""

from datetime import datetime
from enum import StrEnum

from pacto_participe.kernel.decisions import Allowed, Decision, Denied
from pacto_participe.voting.charter import Charter, VoteState, state_of


class VoteRefusal(StrEnum):
    """Why a ballot cannot be cast."""

    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    SIGN_IN_FIRST = "sign_in_first"
    NOT_A_RESIDENT = "not_a_resident"
    ALREADY_COUNTED = "already_counted"
    CHANGED_ELSEWHERE = "changed_elsewhere"


def may_cast(charter: Charter, *, is_entitled: bool, now: datetime) -> Decision:
    """A verified resident may, from the opening instant until the closing instant excluded."""
    state = state_of(charter, now)
    if state is VoteState.SOON:
        return Denied(VoteRefusal.NOT_OPEN_YET)
    if state is not VoteState.OPEN:
        return Denied(VoteRefusal.CLOSED)
    if not is_entitled:
        return Denied(VoteRefusal.NOT_A_RESIDENT)
    return Allowed()
