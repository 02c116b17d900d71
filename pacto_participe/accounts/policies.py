"""Who may do what with accounts and residences, and every reason to say no."""

from enum import StrEnum

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.decisions import Allowed, Decision, Denied

VERIFIERS = (Role.CLERK, Role.ADMINISTRATOR)
LIST_KEEPERS = (Role.ADMINISTRATOR,)
CODE_MAKERS = (Role.ADMINISTRATOR,)


class Refusal(StrEnum):
    """Why not. Each has a sentence in wording/refusals.py."""

    SIGN_IN_FIRST = "sign_in_first"
    CLERKS_ONLY = "clerks_only"
    ADMINISTRATORS_ONLY = "administrators_only"

    CONTACT_UNREADABLE = "contact_unreadable"
    PHONE_UNREADABLE = "phone_unreadable"
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    CODE_TRIED_TOO_OFTEN = "code_tried_too_often"
    CODE_NOT_ASKED_HERE = "code_not_asked_here"
    LINK_OVER = "link_over"
    LINK_USED = "link_used"
    LINK_NOT_ASKED_HERE = "link_not_asked_here"
    PHONE_FULL = "phone_full"
    NOT_ON_THIS_PHONE = "not_on_this_phone"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105  a code, not a password
    PASSWORD_WEAK = "password_weak"  # noqa: S105  a code, not a password
    TRIES_LEFT = "tries_left"
    SECOND_CODE_WRONG = "second_code_wrong"
    SECOND_CODE_USED = "second_code_used"
    SECOND_FACTOR_NEEDED = "second_factor_needed"
    SECOND_FACTOR_FIRST = "second_factor_first"
    PASSKEY_NEEDS_SCRIPT = "passkey_needs_script"
    PASSKEY_WRONG = "passkey_wrong"
    PASSKEY_DOUBTED = "passkey_doubted"
    PASSKEY_KNOWN = "passkey_known"
    PASSKEYS_FULL = "passkeys_full"

    CARD_UNREADABLE = "card_unreadable"
    BIRTH_UNREADABLE = "birth_unreadable"
    SLIP_UNREADABLE = "slip_unreadable"
    SLIP_UNKNOWN = "slip_unknown"
    SLIP_USED = "slip_used"
    SLIP_EXPIRED = "slip_expired"
    SLIP_WITHDRAWN = "slip_withdrawn"
    SLIP_OF_ANOTHER_TOWN = "slip_of_another_town"
    CODE_OF_A_LETTER = "code_of_a_letter"
    CODE_OF_A_MEDIATOR = "code_of_a_mediator"
    LETTER_UNKNOWN = "letter_unknown"
    LETTER_OF_ANOTHER_CARD = "letter_of_another_card"
    BATCH_CANCELLED = "batch_cancelled"
    VERIFIED_ALREADY = "verified_already"
    BATCH_MADE_ALREADY = "batch_made_already"
    BATCH_AT_ONCE = "batch_at_once"
    BATCH_OVER = "batch_over"
    DAYS_UNREADABLE = "days_unreadable"
    SIZE_UNREADABLE = "size_unreadable"
    MEETING_WAITS = "meeting_waits"
    CARD_DIFFERS = "card_differs"
    RESIDENCE_ENDED = "residence_ended"
    NOT_ON_THE_LIST = "not_on_the_list"
    LINKED_TO_ANOTHER = "linked_to_another"
    ALREADY_SOMEONE_HERE = "already_someone_here"
    NATIONAL_NOT_ASKED_HERE = "national_not_asked_here"
    NATIONAL_DECLINED = "national_declined"
    NATIONAL_DOWN = "national_down"
    NATIONAL_UNTRUE = "national_untrue"
    NATIONAL_INCOMPLETE = "national_incomplete"
    NATIONAL_NOT_RESIDENT = "national_not_resident"
    NO_SUCH_RESIDENT = "no_such_resident"
    NO_SUCH_PERSON = "no_such_person"
    INVITATION_OVER = "invitation_over"
    LAST_ADMINISTRATOR = "last_administrator"
    LAST_ADMINISTRATOR_LEAVES = "last_administrator_leaves"
    REASON_MISSING = "reason_missing"
    CONTACT_YOURS = "contact_yours"
    LAST_CONTACT = "last_contact"
    ASKED_ALREADY = "asked_already"
    DECIDED_ALREADY = "decided_already"
    TAKEN_BY_ANOTHER = "taken_by_another"
    TAKE_IT_FIRST = "take_it_first"
    FACT_MISSING = "fact_missing"
    DISTRICT_MISSING = "district_missing"
    KEEP_MISSING = "keep_missing"
    CARD_NOT_SEEN = "card_not_seen"
    MET_ENDED = "met_ended"
    MET_ELSEWHERE = "met_elsewhere"
    MET_SOMEONE_ELSE = "met_someone_else"
    KEEPS_ANOTHER = "keeps_another"
    JOIN_AFTER_THE_CLOSE = "join_after_the_close"
    DAY_UNREADABLE = "day_unreadable"


# What has not the shape of an answer teaches nothing to who guesses.
UNREADABLE = frozenset({Refusal.CARD_UNREADABLE, Refusal.BIRTH_UNREADABLE, Refusal.SLIP_UNREADABLE})


def may_verify(actor: Actor, collectivity_id: str) -> Decision:
    """Only who sees the card may say that someone lives here."""
    if actor.has_role(collectivity_id, *VERIFIERS):
        return Allowed()
    return Denied(Refusal.CLERKS_ONLY)


def may_keep_the_list(actor: Actor, collectivity_id: str) -> Decision:
    """The list makes voters: an administrator answers for it."""
    if actor.has_role(collectivity_id, *LIST_KEEPERS):
        return Allowed()
    return Denied(Refusal.ADMINISTRATORS_ONLY)


def may_make_codes(actor: Actor, collectivity_id: str) -> Decision:
    """Who makes a batch holds every code in it, for a moment: the one who answers for the list, and who
    signs in with a second factor. Apart from the list, so that a town may give it to somebody else."""
    if actor.has_role(collectivity_id, *CODE_MAKERS):
        return Allowed()
    return Denied(Refusal.ADMINISTRATORS_ONLY)


def may_give_roles(actor: Actor, collectivity_id: str) -> Decision:
    """The administrators of a town, and the operator who appoints the first one."""
    if actor.is_operator or actor.has_role(collectivity_id, Role.ADMINISTRATOR):
        return Allowed()
    return Denied(Refusal.ADMINISTRATORS_ONLY)
