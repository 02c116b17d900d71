"""May they? Tables of who may vote, when, and why not."""

from datetime import datetime
from enum import StrEnum

from pacto_participe.accounts.domain.eligibility import Ineligible
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.decisions import Allowed, Decision, Denied
from pacto_participe.voting.charter import Charter, VoteState, state_of


class VoteRefusal(StrEnum):
    """Why a ballot cannot be cast."""

    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    SIGN_IN_FIRST = "sign_in_first"
    NOT_A_RESIDENT = "not_a_resident"
    ALREADY_COUNTED = "already_counted"
    NOT_SEALED = "not_sealed"
    NO_DRAW_AWAITED = "no_draw_awaited"
    ADMINISTRATORS_ONLY = "roll_administrators_only"
    OBSERVERS_ONLY = "roll_observers_only"
    ROLL_FROZEN = "roll_frozen"
    ROLL_TOO_LATE = "roll_too_late"
    ROLL_REASON_MISSING = "roll_reason_missing"


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


class Part(StrEnum):
    """Whether someone may take part in a vote, asked before the day."""

    YES = "yes"
    YES_WHEN_OPEN = "yes_when_open"
    VERIFY_FIRST = "verify_first"
    TOO_YOUNG = "too_young_for_it"
    LIVES_ELSEWHERE = "lives_elsewhere"
    CITIZENS_ONLY = "citizens_only"
    SHOW_THE_CARD = "show_the_card"
    OVER = "over"


_PARTS = {
    Ineligible.WORKS_HERE_ONLY: Part.LIVES_ELSEWHERE,
    Ineligible.TOO_YOUNG: Part.TOO_YOUNG,
    Ineligible.CITIZENS_ONLY: Part.CITIZENS_ONLY,
    Ineligible.NATIONALITY_UNKNOWN: Part.SHOW_THE_CARD,
}


def part_of(
    charter: Charter, reason: Ineligible | None, *, is_verified: bool, now: datetime
) -> Part:
    """Whether somebody may, from why the rule of the charter says no to them, if it does."""
    state = state_of(charter, now)
    if state not in (VoteState.SOON, VoteState.OPEN):
        return Part.OVER
    if reason is not None:
        return _PARTS[reason]
    if not is_verified:
        return Part.VERIFY_FIRST
    return Part.YES if state is VoteState.OPEN else Part.YES_WHEN_OPEN


ROLL_READERS = (Role.ADMINISTRATOR, Role.OBSERVER)


def may_read_roll(actor: Actor, collectivity_id: str) -> Decision:
    """Numbers of people, for those who answer for the vote and those who watch it."""
    if actor.has_role(collectivity_id, *ROLL_READERS):
        return Allowed()
    return Denied(VoteRefusal.OBSERVERS_ONLY)


def may_freeze_roll(actor: Actor, charter: Charter, *, now: datetime) -> Decision:
    """An administrator may fix the roll before its time, and only before the vote opens."""
    if not actor.has_role(charter.collectivity_id, Role.ADMINISTRATOR):
        return Denied(VoteRefusal.ADMINISTRATORS_ONLY)
    if now >= charter.opens_at:
        return Denied(VoteRefusal.ROLL_TOO_LATE)
    return Allowed()


class PreparationProblem(StrEnum):
    """What keeps a vote from being announced, frozen or changed. Beside each: the values of its sentence."""

    ADMINISTRATORS_PREPARE = "administrators_prepare"
    EDITION_TAKEN = "edition_taken"
    EDITION_SHAPE = "edition_shape"
    TITLE_MISSING = "prepared_title_missing"
    SUMMARY_MISSING = "prepared_summary_missing"
    PROJECT_TITLE_MISSING = "prepared_project_title_missing"  # project
    NO_BUDGET = "prepared_no_budget"
    ANNOUNCED_TOO_LATE = "announced_too_late"
    ANNOUNCED_ALREADY = "announced_already"
    ANNOUNCE_FIRST = "announce_first"
    CHANGED_SINCE = "prepared_changed_since"
    RULES_FROZEN = "prepared_rules_frozen"
    WHO_NOT_OFFERED = "who_not_offered"
    DRAWN_MISSING = "drawn_missing"
    DRAWN_IN_WORDS = "drawn_in_words"
    DRAWN_TOO_LONG = "drawn_too_long"  # most


class VoterTies(StrEnum):
    """What binds people to the place whose vote it is, as it is chosen and told in the journal."""

    LIVE_HERE = "ties_live_here"
    LIVE_OR_WORK_HERE = "ties_live_or_work_here"


PREPARERS = (Role.ADMINISTRATOR,)


def may_prepare_vote(actor: Actor, collectivity_id: str) -> Decision:
    """Announcing, freezing and writing a draw down: the administrators of this very collectivity."""
    if actor.has_role(collectivity_id, *PREPARERS):
        return Allowed()
    return Denied(PreparationProblem.ADMINISTRATORS_PREPARE)


def may_bring_in_draft(actor: Actor, collectivity_id: str) -> Decision:
    """Also whoever runs the installation, with the file of a council: a draft binds nobody."""
    return Allowed() if actor.is_operator else may_prepare_vote(actor, collectivity_id)


class DeskRefusal(StrEnum):
    """Why a desk does not open, or does not take someone."""

    CLERKS_ONLY = "desk_clerks_only"
    PIN_SHAPE = "desk_pin_shape"
    PIN_WRONG = "desk_pin_wrong"
    NO_VOTE = "desk_no_vote"
    BUSY = "desk_busy"
    CARD_MISSING = "desk_card_missing"


DESK_KEEPERS = (Role.CLERK, Role.ADMINISTRATOR)


def may_keep_desk(actor: Actor, collectivity_id: str) -> Decision:
    """Who may say that someone lives here may also hand them the device."""
    if actor.has_role(collectivity_id, *DESK_KEEPERS):
        return Allowed()
    return Denied(DeskRefusal.CLERKS_ONLY)


class CharterProblem(StrEnum):
    """What keeps a charter from being frozen. Beside each: the values its sentence names."""

    CLOSES_BEFORE_IT_OPENS = "closes_before_it_opens"
    TOO_FEW_PROJECTS = "too_few_projects"
    DEARER_THAN_BUDGET = "dearer_than_budget"  # project
    BAD_LIMITS = "bad_limits"  # limit
    RULE_CANNOT_READ = "rule_cannot_read"
    FROZEN_TOO_LATE = "frozen_too_late"
    SAME_NUMBER = "same_number"
    UNKNOWN_PICTOGRAM = "unknown_pictogram"  # project
    AGE_UNKNOWABLE = "age_unknowable"
    AGE_DAY_TOO_EARLY = "age_day_too_early"


class ReceiptRefusal(StrEnum):
    """Why a receipt cannot be shown."""

    NOT_FOUND = "receipt_not_found"


class ImportProblem(StrEnum):
    """Why a Pabulib file cannot become a vote here. Beside each: the values its sentence names."""

    VOTE_TYPE = "import_vote_type"  # vote_type
    FINER_THAN_CENTS = "import_finer_than_cents"
    HERE_ALREADY = "import_here_already"  # edition
