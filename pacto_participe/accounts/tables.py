"""People and their sign-in (of the installation), residences, slips and lists (of a town).

What belongs to a person alone has no collectivity: one person, one account. No table holds the number
of an identity card or a birth date; `card` and `birth` are keyed fingerprints.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import CaseKind
from pacto_participe.accounts.domain.people import ContactKind, Method, Nationality, Tie
from pacto_participe.kernel.actors import Role
from pacto_participe.storage.tables import Row, choice_of
from pacto_participe.web.rate_limits import RateLimitRow
from pacto_participe.web.sessions import SessionRow

_PERSON = "person.person_id"


class PersonRow(Row, table=True):
    """One account. The name is what the person typed, or nothing."""

    __tablename__ = "person"

    person_id: str = Field(primary_key=True, max_length=32)
    name: str = Field(default="", max_length=60)
    language: str = Field(default="ar", max_length=3)
    is_operator: bool = False
    created_at: datetime
    closed_at: datetime | None = None
    # Since when they want messages that no code needs (answers, reminders); None: they do not.
    messages_since: datetime | None = None


class ContactRow(Row, table=True):
    """A phone or an e-mail address of a person. The place says which person of the family it is."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("value", "person_id"),
        CheckConstraint("place >= 1", name="place_counts_from_one"),
    )

    value: str = Field(primary_key=True, max_length=254)
    place: int = Field(primary_key=True)
    kind: ContactKind = Field(sa_type=choice_of(ContactKind, "kind"))
    person_id: str = Field(index=True, max_length=32, foreign_key=_PERSON)
    proved_at: datetime


class LoginCodeRow(Row, table=True):
    """A sign-in under way. The code itself is made from this id and a key outside the database."""

    __tablename__ = "login_code"

    code_id: str = Field(primary_key=True, max_length=32)
    nonce: str = Field(unique=True, max_length=64)
    kind: ContactKind = Field(sa_type=choice_of(ContactKind, "kind"))
    value: str = Field(max_length=254)
    language: str = Field(max_length=3)
    purpose: str = Field(max_length=20)
    tries_left: int
    expires_at: datetime = Field(index=True)
    proved_at: datetime | None = None
    used_at: datetime | None = None


class PasswordRow(Row, table=True):
    """A staff member's password, as argon2id keeps it."""

    __tablename__ = "password"

    person_id: str = Field(primary_key=True, max_length=32, foreign_key=_PERSON)
    hash: str = Field(max_length=200)
    changed_at: datetime


class SecondFactorRow(Row, table=True):
    """The one-time codes of someone. Their secret is made from the nonce and a key outside the database.

    `nonce` is empty until the first code was shown; `pending_nonce` is of a telephone being set up.
    `last_step` is the step of the newest code used: none serves twice.
    """

    __tablename__ = "second_factor"

    person_id: str = Field(primary_key=True, max_length=32, foreign_key=_PERSON)
    nonce: str = Field(default="", max_length=64)
    pending_nonce: str = Field(default="", max_length=64)
    last_step: int = 0
    confirmed_at: datetime | None = None


class RecoveryCodeRow(Row, table=True):
    """A code for the day on which the telephone is lost: a keyed fingerprint, good for once."""

    __tablename__ = "recovery_code"

    person_id: str = Field(primary_key=True, max_length=32, foreign_key=_PERSON)
    fingerprint: str = Field(primary_key=True, max_length=64)
    used_at: datetime | None = None


class PasskeyRow(Row, table=True):
    """A key that a telephone, a computer or a stick keeps; here only its public half.

    `passkey_id` is the SHA-256 of the credential's id: whoever holds it, one credential is of one person.
    """

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("passkey_id"),)

    person_id: str = Field(primary_key=True, max_length=32, foreign_key=_PERSON)
    passkey_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=60)
    credential_id: str = Field(max_length=1400)
    public_key: str = Field(max_length=2800)
    sign_count: int = Field(sa_type=BigInteger)  # 32 bits without a sign
    verifies_user: bool
    added_at: datetime
    used_at: datetime | None = None


class SpentChallengeRow(Row, table=True):
    """A question to a passkey that was answered: none is answered twice. Nobody's."""

    __tablename__ = "spent_challenge"

    fingerprint: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(index=True)


class MembershipRow(Row, table=True):
    """A role that someone has in a collectivity, until it ends."""

    __tablename__ = "membership"

    collectivity_id: str = Field(primary_key=True, max_length=20)
    person_id: str = Field(primary_key=True, index=True, max_length=32, foreign_key=_PERSON)
    role: Role = Field(primary_key=True, sa_type=choice_of(Role, "role"))
    since: datetime
    until: datetime | None = None


class InvitationRow(Row, table=True):
    """An offer of a role to whoever proves a contact. There is no token: the sign-in code is the proof."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_value", "value"),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    invitation_id: str = Field(primary_key=True, max_length=32)
    kind: ContactKind = Field(sa_type=choice_of(ContactKind, "kind"))
    value: str = Field(max_length=254)
    role: Role = Field(sa_type=choice_of(Role, "role"))
    role_until: datetime | None = None
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_held: bool = False  # until a second administrator agrees: nobody may take it


class ResidenceRow(Row, table=True):
    """A verified resident. One row per human being and town, for ever: whoever moves away and comes
    back, or closes an account and opens another, finds the same row and so the same ballot."""

    __tablename__ = "residence"
    __table_args__ = (
        UniqueConstraint("collectivity_id", "card"),
        UniqueConstraint("collectivity_id", "identity"),
        # One account is one human being, whatever is verified at the same instant.
        UniqueConstraint("collectivity_id", "person_id"),
        Index("ix_residence_person_id", "person_id"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    residence_id: str = Field(primary_key=True, max_length=32)
    # What a roll and a box count by: random, and the same for ever, whatever key makes the fingerprints.
    identity: str = Field(max_length=64)
    # The fingerprint of the card's number, to find the row by; made anew when a key is rotated.
    card: str = Field(max_length=64)
    person_id: str | None = Field(default=None, max_length=32, foreign_key=_PERSON)
    district: str = Field(default="", max_length=60)
    adult_on: date | None = None
    method: Method = Field(sa_type=choice_of(Method, "method"))
    verified_by: str = Field(default="", max_length=32)
    verified_at: datetime
    ended_at: datetime | None = None
    nationality: Nationality = Field(
        default=Nationality.UNKNOWN, sa_type=choice_of(Nationality, "nationality")
    )
    tie: Tie = Field(default=Tie.LIVES, sa_type=choice_of(Tie, "tie"))
    # Since when it says what it says; None: since it was verified.
    says_since: datetime | None = None


class ResidencePastRow(Row, table=True):
    """What a residence said until it was changed: kept while a vote may have let somebody in by it.

    `place` counts the changes of one residence. Nothing here says whether anyone voted.
    """

    __tablename__ = "residence_past"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collectivity_id", "residence_id"],
            ["residence.collectivity_id", "residence.residence_id"],
        ),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    residence_id: str = Field(primary_key=True, max_length=32)
    place: int = Field(primary_key=True)
    district: str = Field(default="", max_length=60)
    adult_on: date | None = None
    nationality: Nationality = Field(sa_type=choice_of(Nationality, "nationality"))
    tie: Tie = Field(sa_type=choice_of(Tie, "tie"))
    since: datetime
    until: datetime


class CardKeyRow(Row, table=True):
    """Which keys a town's fingerprints are made with: those of the versions 1 to `version`.

    `key_check` tells whether a key is the one that made them. Locked by who verifies, and by the rotation.
    """

    __tablename__ = "card_key"

    collectivity_id: str = Field(primary_key=True, max_length=20)
    version: int
    key_check: str = Field(default="", max_length=16)


class ActivationSlipRow(Row, table=True):
    """A code that lets someone verified use their residence, once."""

    __tablename__ = "activation_slip"
    __table_args__ = (
        UniqueConstraint("collectivity_id", "code"),
        ForeignKeyConstraint(
            ["collectivity_id", "residence_id"],
            ["residence.collectivity_id", "residence.residence_id"],
        ),
        Index("ix_activation_slip_code", "code"),
        Index("ix_activation_slip_residence", "collectivity_id", "residence_id"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    slip_id: str = Field(primary_key=True, max_length=32)
    code: str = Field(max_length=64)
    residence_id: str = Field(max_length=32)
    issued_by: str = Field(default="", max_length=32)
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    # Where the code is to be texted; emptied as soon as it is sent.
    phone: str | None = Field(default=None, max_length=20)


class ListedPersonRow(Row, table=True):
    """A line of the list that the commune imported: two fingerprints, a district, nationality and tie."""

    __tablename__ = "listed_person"

    collectivity_id: str = Field(primary_key=True, max_length=20)
    identity: str = Field(primary_key=True, max_length=64)
    birth: str = Field(max_length=64)
    district: str = Field(default="", max_length=60)
    adult_on: date | None = None
    import_id: str = Field(max_length=32)  # which import made or changed the line
    listed_at: datetime  # when the newest import that has the line was taken in
    nationality: Nationality = Field(
        default=Nationality.UNKNOWN, sa_type=choice_of(Nationality, "nationality")
    )
    tie: Tie = Field(default=Tie.LIVES, sa_type=choice_of(Tie, "tie"))


class NationalReturnRow(Row, table=True):
    """A national sign-in that was used: none is twice. A random number's fingerprint, and nobody's."""

    __tablename__ = "national_return"

    flow: str = Field(primary_key=True, max_length=64)
    used_at: datetime


class ResidentCaseRow(Row, table=True):
    """Something the counter has to decide. `key` names the matter: one open case each.

    `said` is what the resident wrote, `note` what the decision tells them; neither is in the journal.
    """

    __tablename__ = "resident_case"
    __table_args__ = (
        Index(
            "uq_resident_case_open",
            "collectivity_id",
            "key",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index("ix_resident_case_person_id", "person_id"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    case_id: str = Field(primary_key=True, max_length=32)
    key: str = Field(max_length=120)
    kind: CaseKind = Field(sa_type=choice_of(CaseKind, "kind"))
    about: str = Field(max_length=32)
    residence_id: str = Field(default="", max_length=32)
    person_id: str | None = Field(default=None, max_length=32)
    other_person_id: str | None = Field(default=None, max_length=32)
    said: str = Field(default="", max_length=500)
    opened_at: datetime
    taken_by: str | None = Field(default=None, max_length=32)
    taken_at: datetime | None = None
    decided_at: datetime | None = None
    decision: str = Field(default="", max_length=32)
    note: str = Field(default="", max_length=500)


class CodeBatchRow(Row, table=True):
    """Codes made together: the letters of one file, or the sheet of one mediator.

    The page that asks for a batch names its id, so that a page sent twice makes one batch.
    """

    __tablename__ = "code_batch"
    __table_args__ = (UniqueConstraint("collectivity_id", "method", "number"),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    batch_id: str = Field(primary_key=True, max_length=32)
    method: Method = Field(sa_type=choice_of(Method, "method"))
    number: int
    district: str = Field(default="", max_length=60)
    size: int
    made_by: str = Field(default="", max_length=32)  # the role
    made_at: datetime
    expires_at: datetime
    cancelled_at: datetime | None = None
    cancelled_by: str = Field(default="", max_length=32)
    reason: CancelReason | None = Field(default=None, sa_type=choice_of(CancelReason, "reason"))


class BatchCodeRow(Row, table=True):
    """One code of a batch, as a fingerprint. Nobody is verified by it before somebody uses it.

    `card` and `birth` are fingerprints of an addressee, or of who used the code of a mediator and is
    still to be confirmed; they are emptied when the residence is verified. `birth_lock` binds the birth
    date of an addressee to the code in the letter.
    """

    __tablename__ = "batch_code"
    __table_args__ = (
        UniqueConstraint("collectivity_id", "code"),
        ForeignKeyConstraint(
            ["collectivity_id", "batch_id"],
            ["code_batch.collectivity_id", "code_batch.batch_id"],
        ),
        Index("ix_batch_code_code", "code"),
        Index("ix_batch_code_case", "collectivity_id", "case_id"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    batch_id: str = Field(primary_key=True, max_length=32)
    place: int = Field(primary_key=True)
    code: str = Field(max_length=64)
    birth_lock: str = Field(default="", max_length=64)
    card: str | None = Field(default=None, max_length=64)
    birth: str | None = Field(default=None, max_length=64)
    district: str = Field(default="", max_length=60)
    adult_on: date | None = None
    nationality: Nationality = Field(
        default=Nationality.UNKNOWN, sa_type=choice_of(Nationality, "nationality")
    )
    tie: Tie = Field(default=Tie.LIVES, sa_type=choice_of(Tie, "tie"))
    used_at: datetime | None = None
    residence_id: str | None = Field(default=None, max_length=32)  # who was verified by it
    case_id: str | None = Field(default=None, max_length=32)  # what waits for the counter


_tables = Row.metadata.tables
PERSON = _tables["person"]
CONTACT = _tables["contact"]
LOGIN_CODE = _tables["login_code"]
PASSWORD = _tables["password"]
SECOND_FACTOR = _tables["second_factor"]
RECOVERY_CODE = _tables["recovery_code"]
PASSKEY = _tables["passkey"]
SPENT_CHALLENGE = _tables["spent_challenge"]
MEMBERSHIP = _tables["membership"]
INVITATION = _tables["invitation"]
RESIDENCE = _tables["residence"]
RESIDENCE_PAST = _tables["residence_past"]
ACTIVATION_SLIP = _tables["activation_slip"]
LISTED_PERSON = _tables["listed_person"]
NATIONAL_RETURN = _tables["national_return"]
RESIDENT_CASE = _tables["resident_case"]
CARD_KEY = _tables["card_key"]
CODE_BATCH = _tables["code_batch"]
BATCH_CODE = _tables["batch_code"]
SESSION = _tables[str(SessionRow.__tablename__)]
RATE_LIMIT = _tables[str(RateLimitRow.__tablename__)]
