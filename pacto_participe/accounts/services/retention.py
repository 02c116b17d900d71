"""What this feature holds about people, why and how long; and the way each kind is forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, false, or_, select, tuple_, update

from pacto_participe.accounts.domain.people import Nationality, Tie
from pacto_participe.accounts.services.people import erase_people
from pacto_participe.accounts.tables import (
    ACTIVATION_SLIP,
    BATCH_CODE,
    CODE_BATCH,
    CONTACT,
    INVITATION,
    LISTED_PERSON,
    LOGIN_CODE,
    MEMBERSHIP,
    NATIONAL_RETURN,
    PERSON,
    RESIDENCE,
    RESIDENCE_PAST,
    RESIDENT_CASE,
    SESSION,
    SPENT_CHALLENGE,
)
from pacto_participe.kernel.retention import Ground
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.retention import Kept, delete_some

_person, _contact, _slip, _offer = PERSON.c, CONTACT.c, ACTIVATION_SLIP.c, INVITATION.c
_residence = RESIDENCE.c
SLIP_PHONES_KEPT = timedelta(days=1)  # a gateway that is down is tried for some hours


def _days(number: int) -> timedelta:
    return timedelta(days=number)


async def _unused_accounts(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Close the accounts that nobody came back to; who works for a town or the platform stays."""
    statement = (
        select(_person.person_id)
        .where(
            _person.closed_at.is_(None),
            _person.is_operator.is_(False),
            _person.created_at < before,
            ~exists().where(_contact.person_id == _person.person_id, _contact.proved_at >= before),
            ~exists().where(SESSION.c.person_id == _person.person_id),
            ~exists().where(
                MEMBERSHIP.c.person_id == _person.person_id,
                or_(MEMBERSHIP.c.until.is_(None), MEMBERSHIP.c.until >= before),
            ),
        )
        .limit(most)
    )
    unused = list((await uow.session.execute(statement)).scalars())
    if unused:
        await erase_people(uow, unused)
    return len(unused)


async def _closed_accounts(uow: UnitOfWork, before: datetime, most: int) -> int:
    return await delete_some(uow, PERSON, most, _person.closed_at < before)


async def _roles(uow: UnitOfWork, before: datetime, most: int) -> int:
    return await delete_some(uow, MEMBERSHIP, most, MEMBERSHIP.c.until < before)


async def _invitations(uow: UnitOfWork, before: datetime, most: int) -> int:
    over = or_(
        _offer.expires_at < before, _offer.accepted_at < before, _offer.withdrawn_at < before
    )
    return await delete_some(uow, INVITATION, most, over)


async def _codes(uow: UnitOfWork, before: datetime, most: int) -> int:
    """And the questions to passkeys that were answered. Two statements."""
    gone = await delete_some(uow, LOGIN_CODE, most, LOGIN_CODE.c.expires_at < before)
    return gone + await delete_some(
        uow, SPENT_CHALLENGE, most, SPENT_CHALLENGE.c.expires_at < before
    )


async def _national_returns(uow: UnitOfWork, before: datetime, most: int) -> int:
    return await delete_some(uow, NATIONAL_RETURN, most, NATIONAL_RETURN.c.used_at < before)


async def _slip_phones(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Those of slips that are used, withdrawn, expired, or could not be texted. One statement."""
    keys = tuple_(_slip.collectivity_id, _slip.slip_id)
    some = (
        select(_slip.collectivity_id, _slip.slip_id)
        .where(
            _slip.phone.is_not(None),
            or_(
                _slip.used_at.is_not(None),
                _slip.withdrawn_at.is_not(None),
                _slip.expires_at <= uow.now(),
                _slip.issued_at < before,
            ),
        )
        .limit(most)
    )
    return await uow.rows_changed(update(ACTIVATION_SLIP).where(keys.in_(some)).values(phone=None))


async def _slips(uow: UnitOfWork, before: datetime, most: int) -> int:
    over = or_(_slip.used_at < before, _slip.withdrawn_at < before, _slip.expires_at < before)
    return await delete_some(uow, ACTIVATION_SLIP, most, over)


async def _batches(uow: UnitOfWork, before: datetime, most: int) -> int:
    """The codes of batches that are over, then the batches; none while a case waits. Two statements."""
    batch, code = CODE_BATCH.c, BATCH_CODE.c
    is_over = or_(batch.expires_at < before, batch.cancelled_at < before)
    of_code = (batch.collectivity_id == code.collectivity_id, batch.batch_id == code.batch_id)
    case = RESIDENT_CASE.c
    waits = exists().where(
        case.collectivity_id == code.collectivity_id,
        case.case_id == code.case_id,
        case.decided_at.is_(None),
    )
    codes = await delete_some(
        uow, BATCH_CODE, most, exists().where(*of_code, is_over).correlate(BATCH_CODE), ~waits
    )
    return codes + await delete_some(uow, CODE_BATCH, most, is_over)


async def _list(uow: UnitOfWork, before: datetime, most: int) -> int:
    return await delete_some(uow, LISTED_PERSON, most, LISTED_PERSON.c.listed_at < before)


async def _cases(uow: UnitOfWork, before: datetime, most: int) -> int:
    return await delete_some(uow, RESIDENT_CASE, most, RESIDENT_CASE.c.decided_at < before)


async def forget_ended_residences(
    uow: UnitOfWork, before: datetime, most: int, *, except_towns: list[str]
) -> int:
    """Leave only the fingerprint of who moved away: it keeps one person at one ballot. One statement.

    `except_towns`: where a vote is not closed yet; who could vote there is told by what is said now.
    """
    keys = tuple_(_residence.collectivity_id, _residence.residence_id)
    some = (
        select(_residence.collectivity_id, _residence.residence_id)
        .where(
            _residence.ended_at < before,
            _residence.collectivity_id.not_in(except_towns),
            or_(
                _residence.person_id.is_not(None),
                _residence.district != "",
                _residence.adult_on.is_not(None),
                _residence.verified_by != "",
                _residence.nationality != Nationality.UNKNOWN,
                _residence.tie != Tie.LIVES,
            ),
        )
        .limit(most)
    )
    emptied = {
        "person_id": None, "district": "", "adult_on": None, "verified_by": "",
        "nationality": Nationality.UNKNOWN, "tie": Tie.LIVES,
    }  # fmt: skip
    return await uow.rows_changed(update(RESIDENCE).where(keys.in_(some)).values(emptied))


async def forget_former_residents(
    uow: UnitOfWork, before: datetime, most: int, *, except_towns: list[str]
) -> int:
    """Delete the fingerprints of those who moved away before an instant. One statement.

    `except_towns`: where a vote is not closed yet; who came back there must find the same ballot.
    """
    return await delete_some(
        uow,
        RESIDENCE,
        most,
        _residence.ended_at < before,
        _residence.collectivity_id.not_in(except_towns),
    )


async def forget_past(
    uow: UnitOfWork, before: datetime, most: int, *, needed_from: Mapping[str, datetime]
) -> int:
    """Delete what residences said until an instant. One statement.

    `needed_from`: town -> since when a vote there, that is not closed yet, needs to know it.
    """
    past = RESIDENCE_PAST.c
    is_needed = or_(
        false(),
        *(
            and_(past.collectivity_id == town, past.until > since)
            for town, since in needed_from.items()
        ),
    )
    return await delete_some(uow, RESIDENCE_PAST, most, past.until < before, ~is_needed)


KEPT = (
    Kept(
        name="accounts",
        tables=("person", "contact"),
        what=_("Your account: the name you gave, your language, your phone or e-mail address"),
        why=_("So that you can sign in and be reached"),
        until=_("When you close it; %(period)s after the last sign-in"),
        ground=Ground.PUBLIC_TASK,
        period=_days(1095),
        least=_days(365),
        most=_days(3650),
        forget=_unused_accounts,
    ),
    Kept(
        name="closed-accounts",
        tables=("person",),
        what=_("That an account was closed, and on which day; nothing else of it"),
        why=_("So that what it did is not given to somebody else"),
        until=_("%(period)s after it was closed"),
        ground=Ground.SECURITY,
        period=_days(30),
        least=_days(1),
        most=_days(365),
        forget=_closed_accounts,
    ),
    Kept(
        name="passwords",
        tables=("password",),
        what=_("Passwords of staff, in a form that cannot be turned back"),
        why=_("So that staff sign in"),
        until=_("When the account is closed"),
        ground=Ground.SECURITY,
    ),
    Kept(
        name="second-factor",
        tables=("second_factor", "recovery_code", "passkey"),
        what=_(
            "One-time codes of staff: a random text, worth nothing without a key kept elsewhere; "
            "recovery codes as fingerprints; passkeys: their public half, the name you gave, when used"
        ),
        why=_("So that nobody works in the name of someone whose password they know"),
        until=_("When they are turned off or removed, or the account is closed"),
        ground=Ground.SECURITY,
    ),
    Kept(
        name="roles",
        tables=("membership",),
        what=_("Who works for a collectivity, in which role"),
        why=_("So that staff may do their work, and their acts can be accounted for"),
        until=_("%(period)s after the role ended"),
        ground=Ground.ACCOUNT_OF_PUBLIC_ACTS,
        period=_days(730),
        least=_days(90),
        most=_days(3650),
        forget=_roles,
    ),
    Kept(
        name="invitations",
        tables=("invitation",),
        what=_("Offers of a role: the phone or e-mail address they went to"),
        why=_("So that the person invited can accept"),
        until=_("%(period)s after the offer was taken, withdrawn or expired"),
        ground=Ground.PUBLIC_TASK,
        period=_days(30),
        least=_days(1),
        most=_days(365),
        forget=_invitations,
    ),
    Kept(
        name="codes",
        tables=("login_code", "spent_challenge"),
        what=_("A sign-in under way: the phone or e-mail address that asked for a code"),
        why=_("To sign you in"),
        until=_("%(period)s after the code expires"),
        ground=Ground.SECURITY,
        period=timedelta(hours=1),
        forget=_codes,
    ),
    Kept(
        name="national-sign-ins",
        tables=("national_return",),
        what=_("That a national sign-in was used, by a random number and not by name"),
        why=_("So that none is used twice"),
        until=_("%(period)s after it was used"),
        ground=Ground.SECURITY,
        period=_days(1),
        forget=_national_returns,
    ),
    Kept(
        name="slip-phones",
        tables=("activation_slip",),
        what=_("The phone that an activation code is sent to from the counter"),
        why=_("To send the code, because you asked for it"),
        until=_("As soon as the code is sent, used or withdrawn; %(period)s at most"),
        ground=Ground.CONSENT,
        period=SLIP_PHONES_KEPT,
        forget=_slip_phones,
    ),
    Kept(
        name="slips",
        tables=("activation_slip",),
        what=_("Activation slips: when given and used, by which role; the code as a fingerprint"),
        why=_("So that a slip serves once"),
        until=_("%(period)s after the slip was used, withdrawn or expired"),
        ground=Ground.PUBLIC_TASK,
        period=_days(90),
        least=_days(1),
        most=_days(365),
        forget=_slips,
    ),
    Kept(
        name="letters",
        tables=("code_batch", "batch_code"),
        what=_(
            "Codes that were posted or handed out by a mediator: fingerprints of the code and, until it is "
            "used, of the card's number and the birth date; the district. Never the name or the address"
        ),
        why=_("So that a code serves once, and verifies the person it was meant for"),
        until=_("%(period)s after the codes expired or were cancelled"),
        ground=Ground.PUBLIC_TASK,
        period=_days(90),
        least=_days(1),
        most=_days(365),
        forget=_batches,
    ),
    Kept(
        name="residents-list",
        tables=("listed_person",),
        what=_(
            "The list of residents: fingerprints of the card's number and the birth date, the district, "
            "and where the list says so the nationality and whether somebody lives or works there"
        ),
        why=_("So that residents can be verified without coming to the counter"),
        until=_("%(period)s after the newest list that has the line"),
        ground=Ground.PUBLIC_TASK,
        period=_days(400),
        least=_days(30),
        most=_days(1100),
        forget=_list,
    ),
    Kept(
        name="cases",
        tables=("resident_case",),
        what=_("What you asked the counter to correct, and the answer; conflicts that it decided"),
        why=_("So that you get an answer, and a decision can be explained"),
        until=_("%(period)s after the decision"),
        ground=Ground.PUBLIC_TASK,
        period=_days(365),
        least=_days(30),
        most=_days(1100),
        forget=_cases,
    ),
    Kept(
        name="wish-for-messages",
        tables=("person",),
        what=_("That you want messages, and since when"),
        why=_("To tell you about your requests"),
        until=_("When you say so on the page of your data"),
        ground=Ground.CONSENT,
    ),
    Kept(
        name="residences",
        tables=("residence",),
        what=_(
            "That you are a verified resident: how and when verified, the district, a fingerprint of "
            "the card's number; where it was noted the nationality, and whether you live or work there; "
            "for minors the day of the 18th birthday"
        ),
        why=_("One person, one ballot"),
        until=_("While you live there"),
        ground=Ground.PUBLIC_TASK,
    ),
)
