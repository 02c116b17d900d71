"""What happened, without personal data: ids of residences, methods, counts."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SlipIssued:
    """Someone was verified and given a slip."""

    tag: ClassVar[str] = "accounts:slip:issued"

    residence_id: str
    method: str
    is_new_resident: bool


@dataclass(frozen=True, slots=True)
class ResidentVerified:
    """Someone was verified at a polling desk, without a slip."""

    tag: ClassVar[str] = "accounts:residence:verified"

    residence_id: str
    method: str
    is_new_resident: bool


@dataclass(frozen=True, slots=True)
class ResidenceActivated:
    """A verified resident can now vote from an account."""

    tag: ClassVar[str] = "accounts:residence:activated"

    residence_id: str
    method: str


@dataclass(frozen=True, slots=True)
class NationalIdentityMatched:
    """Somebody whose identity the State proved was found among those whom the town knows as residents.

    `found_by` is how the town knew: its list, or the method by which they were verified before.
    """

    tag: ClassVar[str] = "accounts:residence:national"

    residence_id: str
    found_by: str


@dataclass(frozen=True, slots=True)
class ResidenceMoved:
    """A residence passed from one account to another: the same human being came with a new slip."""

    tag: ClassVar[str] = "accounts:residence:moved"

    residence_id: str


@dataclass(frozen=True, slots=True)
class ResidenceEnded:
    """Someone does not live here any more."""

    tag: ClassVar[str] = "accounts:residence:ended"

    residence_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListImported:
    """The commune's list was taken in. Numbers of lines."""

    tag: ClassVar[str] = "accounts:list:imported"

    import_id: str
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """Someone works for the collectivity."""

    tag: ClassVar[str] = "accounts:role:given"

    role: str


@dataclass(frozen=True, slots=True)
class RoleEnded:
    """Someone does not any more."""

    tag: ClassVar[str] = "accounts:role:ended"

    role: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Someone was offered a role."""

    tag: ClassVar[str] = "accounts:invitation:sent"

    role: str


@dataclass(frozen=True, slots=True)
class InvitationWithdrawn:
    """An offer was taken back."""

    tag: ClassVar[str] = "accounts:invitation:withdrawn"

    role: str


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """Something waits for a decision of the counter. Never what was written, or by whom."""

    tag: ClassVar[str] = "accounts:case:opened"

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class CaseTaken:
    """One of the staff took a case, and saw what it shows."""

    tag: ClassVar[str] = "accounts:case:taken"

    kind: str


@dataclass(frozen=True, slots=True)
class CaseDecided:
    """A case is decided, for a reason of the fixed list."""

    tag: ClassVar[str] = "accounts:case:decided"

    kind: str
    about: str
    decision: str


@dataclass(frozen=True, slots=True)
class ResidenceCorrected:
    """A verified fact was corrected after a document was seen: which one, never what it says."""

    tag: ClassVar[str] = "accounts:residence:corrected"

    residence_id: str
    what: str


@dataclass(frozen=True, slots=True)
class CardsRekeyed:
    """A new key was put around the fingerprints of a town. Numbers of rows."""

    tag: ClassVar[str] = "accounts:cards:rekeyed"

    version: int
    residents: int
    listed: int


@dataclass(frozen=True, slots=True)
class SecondFactorSet:
    """Someone's one-time codes were set up, or moved to another telephone."""

    tag: ClassVar[str] = "accounts:second-factor:set"

    is_first: bool


@dataclass(frozen=True, slots=True)
class SecondFactorRemoved:
    """One-time codes were turned off, by their holder or by an operator for a lost telephone."""

    tag: ClassVar[str] = "accounts:second-factor:removed"

    by_operator: bool


@dataclass(frozen=True, slots=True)
class PasskeyAdded:
    """Someone added a passkey; `is_first`: it is their first second factor."""

    tag: ClassVar[str] = "accounts:passkey:added"

    is_first: bool


@dataclass(frozen=True, slots=True)
class PasskeyRemoved:
    """A passkey was removed, by its holder or by an operator for who lost it."""

    tag: ClassVar[str] = "accounts:passkey:removed"

    by_operator: bool


@dataclass(frozen=True, slots=True)
class PasskeyDoubted:
    """A passkey signed rightly with a counter that did not move on: it may have been copied."""

    tag: ClassVar[str] = "accounts:passkey:doubted"


@dataclass(frozen=True, slots=True)
class RecoveryCodesMade:
    """New recovery codes; those before are worth nothing."""

    tag: ClassVar[str] = "accounts:recovery-codes:made"

    number: int


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed:
    """Someone signed in by a recovery code; how many are left."""

    tag: ClassVar[str] = "accounts:recovery-code:used"

    left: int


@dataclass(frozen=True, slots=True)
class ResidenceRenumbered:
    """The number of a card was written wrongly: another fingerprint, the same resident and ballots."""

    tag: ClassVar[str] = "accounts:residence:renumbered"

    residence_id: str


@dataclass(frozen=True, slots=True)
class ResidencesJoined:
    """Two verified residents were one human being: the older one stays."""

    tag: ClassVar[str] = "accounts:residence:joined"

    residence_id: str
    ended_residence_id: str


@dataclass(frozen=True, slots=True)
class OperatorMade:
    """Someone runs the installation."""

    tag: ClassVar[str] = "accounts:operator:made"


@dataclass(frozen=True, slots=True)
class OperatorEnded:
    """Someone does not any more."""

    tag: ClassVar[str] = "accounts:operator:ended"


@dataclass(frozen=True, slots=True)
class ResidentLookedUp:
    """One of the staff looked for a card's number, and saw what is held. Never whose."""

    tag: ClassVar[str] = "accounts:residence:looked-up"


@dataclass(frozen=True, slots=True)
class FactsNoted:
    """Staff noted another nationality or tie of a resident than was held: which, never what it says."""

    tag: ClassVar[str] = "accounts:residence:facts-noted"

    residence_id: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodesMade:
    """Letters or the sheet of a mediator were made: which batch, how many codes, for how long."""

    tag: ClassVar[str] = "accounts:codes:made"

    method: str
    number: int
    size: int
    days: int


@dataclass(frozen=True, slots=True)
class CodesCancelled:
    """The codes of a batch that were not used are worth nothing any more."""

    tag: ClassVar[str] = "accounts:codes:cancelled"

    method: str
    number: int
    used: int
    unused: int
    reason: str


@dataclass(frozen=True, slots=True)
class NationalitiesTaken:
    """A list said the nationality of residents of whom none was known. A number of people."""

    tag: ClassVar[str] = "accounts:list:nationalities"

    residents: int


@dataclass(frozen=True, slots=True)
class CodeUsed:
    """A code of a batch was used. Never which one, or by whom."""

    tag: ClassVar[str] = "accounts:codes:used"

    method: str
    number: int


@dataclass(frozen=True, slots=True)
class MeetingsCompared:
    """Those whom mediators met were compared with the list. How many it confirmed."""

    tag: ClassVar[str] = "accounts:meetings:compared"

    people: int
