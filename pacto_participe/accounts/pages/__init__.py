"""Everything that the templates of this feature may see."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from pacto_participe.accounts.domain.methods import ResidenceMethod
from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.queries import HeldResidence, PersonFacts, PersonOnPhone
from pacto_participe.accounts.queries.passkeys import Passkey
from pacto_participe.accounts.services.case_files import CaseFile, Side
from pacto_participe.accounts.services.challenges import Question
from pacto_participe.accounts.services.counter import Found
from pacto_participe.accounts.services.meetings import Meeting
from pacto_participe.accounts.services.my_data import MyData
from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.languages import Texts
from pacto_participe.web.retention import KeptShown
from pacto_participe.web.sentences import ToldProblems, sentence_at


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form shows again: what was typed, and what is wrong with it."""

    typed: dict[str, str] = field(default_factory=dict)
    problems: ToldProblems = ()

    def value(self, name: str) -> str:
        return self.typed.get(name, "")

    def problem(self, name: str) -> str:
        return sentence_at(self.problems, name)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Phone or e-mail."""

    template: ClassVar[str] = "accounts/sign_in.html"
    form: Shown
    next: str = ""


@dataclass(frozen=True, slots=True)
class SecondStepPage:
    """The code of the telephone or a passkey, after signing in.

    `question`: what a passkey is asked, None when there is none, or none can be used here.
    `demo_code`: what the telephone shows, in a demonstration.
    """

    template: ClassVar[str] = "accounts/second_step.html"
    form: Shown
    next: str = ""
    has_codes: bool = True
    has_passkeys: bool = False
    question: Question | None = None
    demo_code: str = ""


@dataclass(frozen=True, slots=True)
class SecondFactorPage:
    """One-time codes and passkeys in the account.

    `secret` and `qr` while a telephone is being set up, else "". `question`: what a new passkey is asked,
    None when none can be added here.
    """

    template: ClassVar[str] = "accounts/second_factor.html"
    form: Shown
    next: str
    is_set_up: bool
    has_codes: bool
    is_needed: bool
    may_change: bool
    codes_left: int
    secret: str
    qr: Markup
    demo_code: str
    passkeys: tuple[Passkey, ...] = ()
    question: Question | None = None
    device: str = ""
    is_saved: bool = False

    @property
    def may_turn_off(self) -> bool:
        """Whether the codes may go: where the work needs no second factor, or a passkey is one."""
        return self.has_codes and (not self.is_needed or bool(self.passkeys))

    @property
    def may_remove(self) -> bool:
        """The same of one passkey."""
        return not self.is_needed or self.has_codes or len(self.passkeys) > 1


@dataclass(frozen=True, slots=True)
class RecoveryPage:
    """The recovery codes, shown this once."""

    template: ClassVar[str] = "accounts/recovery.html"
    codes: tuple[str, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class CodePage:
    """The code that came. `outbox_url` is where the demonstration shows its messages."""

    template: ClassVar[str] = "accounts/code.html"
    form: Shown
    next: str = ""
    outbox_url: str = ""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Where the link of an e-mail leads: the button signs in, so that opening it changes nothing."""

    template: ClassVar[str] = "accounts/link.html"
    next: str = ""


@dataclass(frozen=True, slots=True)
class ShutLinkPage:
    """A link that does not sign in, and the ways on. `may_type` when this browser awaits a code."""

    template: ClassVar[str] = "accounts/link_shut.html"
    why: str
    may_type: bool
    next: str = ""


@dataclass(frozen=True, slots=True)
class WhoPage:
    """Who of those who share the phone."""

    template: ClassVar[str] = "accounts/who.html"
    form: Shown
    people: tuple[PersonOnPhone, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """Staff sign in."""

    template: ClassVar[str] = "accounts/password.html"
    form: Shown
    next: str = ""
    knows_passkeys: bool = False
    again_at: datetime | None = None  # too many tries until then


@dataclass(frozen=True, slots=True)
class PasskeyPage:
    """Staff sign in with a passkey alone."""

    template: ClassVar[str] = "accounts/passkey.html"
    form: Shown
    next: str
    question: Question


@dataclass(frozen=True, slots=True)
class ResidenceLine:
    """A town where someone is verified."""

    town: str
    url: str
    how: str
    since: datetime
    district: Texts | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class OfferToMe:
    """A role that one is offered."""

    invitation_id: str
    town: str
    role_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """A town that someone works for, as what, and the way to the pages of that work."""

    town: str
    roles: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]  # (label, address)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """My account: what is held, where I am signed in."""

    template: ClassVar[str] = "accounts/account.html"
    facts: PersonFacts
    residences: tuple[ResidenceLine, ...]
    this_session: str
    form: Shown
    offers: tuple[OfferToMe, ...] = ()
    work: tuple[WorkPlace, ...] = ()
    may_have_password: bool = False
    owes_second_factor: bool = False
    is_saved: bool = False

    @property
    def name(self) -> str:
        """As it was typed when that was refused, else as it is held."""
        return self.form.typed.get("name", self.facts.name)

    @property
    def language(self) -> str:
        return self.form.typed.get("language", self.facts.language)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        return self.facts.contacts


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """An account was closed. It holds nothing: anybody can ask for it."""

    template: ClassVar[str] = "accounts/closed.html"


@dataclass(frozen=True, slots=True)
class ResidencePage:
    """Can I vote? And becoming a verified resident."""

    template: ClassVar[str] = "accounts/residence.html"
    form: Shown
    residence: HeldResidence | None
    how: str = ""
    district: Texts | None = None
    is_signed_in: bool = False
    next: str = ""
    by: str = ""  # the role that answers for it
    waits: bool = False  # a code of a mediator waits for the counter
    way: str = "slip"  # what is asked: a way with more than a code has the page to itself
    methods: tuple[ResidenceMethod, ...] = ()
    answer: str = ""  # how the national sign-in ended just now, when it did not end well

    @property
    def first(self) -> tuple[ResidenceMethod, ...]:
        """What needs no paper and nobody of the commune comes before the code of a slip."""
        return tuple(method for method in self.methods if method.needs_provider)

    @property
    def others(self) -> tuple[ResidenceMethod, ...]:
        return tuple(method for method in self.methods if not method.needs_provider)

    def question_url(self, here: str, way: str) -> str:
        """The page with the question of one way alone."""
        query = {"way": way, "next": self.next} if self.next else {"way": way}
        return f"{here}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class CounterPage:
    """A clerk verifies someone who shows a card."""

    template: ClassVar[str] = "accounts/counter.html"
    form: Shown
    verified_by_method: tuple[tuple[str, int], ...] = ()
    verified: int = 0
    districts: tuple[str, ...] = ()  # as they are written here, those of most people first


@dataclass(frozen=True, slots=True)
class SlipPage:
    """The slip, shown this once. `name`: as the clerk typed it, for whoever hands several slips out."""

    template: ClassVar[str] = "accounts/slip.html"
    name: str
    code: str
    expires_at: datetime
    is_new_resident: bool
    is_unusual_number: bool
    texted_to: str
    address: str
    differs_from_list: bool = False


@dataclass(frozen=True, slots=True)
class BadLineShown:
    """A line of the list to mend."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """Importing the list of the collectivity."""

    template: ClassVar[str] = "accounts/list.html"
    form: Shown
    is_checked: bool = False
    is_imported: bool = False
    good: int = 0
    bad: tuple[BadLineShown, ...] = ()
    bad_count: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A message of the demonstration."""

    at: datetime
    way: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """The messages that the demonstration wrote instead of sending them."""

    template: ClassVar[str] = "accounts/outbox.html"
    messages: tuple[MessageShown, ...]


@dataclass(frozen=True, slots=True)
class ResidentPage:
    """What the counter sees of a card's number: the state, and what can be done."""

    template: ClassVar[str] = "accounts/resident.html"
    form: Shown
    found: Found | None = None
    how: str = ""
    by: str = ""
    nationality: str = ""
    tie: str = ""
    reasons: tuple[tuple[str, str, str], ...] = ()
    fact_reasons: tuple[tuple[str, str, str], ...] = ()
    is_noted_now: bool = False


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Someone with a role."""

    person_id: str
    name: str
    contact: str
    role: str
    role_name: str
    until: datetime | None
    is_me: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A role that somebody was offered."""

    invitation_id: str
    who: str
    role_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Who works for the collectivity."""

    template: ClassVar[str] = "accounts/staff.html"
    form: Shown
    members: tuple[MemberLine, ...]
    offers: tuple[OfferLine, ...]
    roles: tuple[tuple[str, str, str], ...]
    needs_two: bool = False  # to make somebody an administrator

    @property
    def administrators(self) -> int:
        return sum(member.role == Role.ADMINISTRATOR for member in self.members)


@dataclass(frozen=True, slots=True)
class SaidShown:
    """What a residence said until an instant."""

    until: datetime
    district: str
    nationality: str
    tie: str
    adult_on: date | None


@dataclass(frozen=True, slots=True)
class MyPlace:
    """A residence as its person sees it. `voted`: (vote, whether a ballot is in the box).

    `before`: what was corrected, while a vote may need it.
    """

    town_id: str
    town: str
    how: str
    by: str
    since: datetime
    district: str
    adult_on: date | None
    ended_at: datetime | None
    voted: tuple[tuple[str, bool], ...]
    nationality: str
    tie: str
    before: tuple[SaidShown, ...]


@dataclass(frozen=True, slots=True)
class MyCaseLine:
    """A request to the counter, and what became of it."""

    town: str
    about: str
    said: str
    opened_at: datetime
    decided_at: datetime | None
    decision: str
    note: str


@dataclass(frozen=True, slots=True)
class MyDataPage:
    """All that is held about the person, and what they can do about it."""

    template: ClassVar[str] = "accounts/my_data.html"
    form: Shown
    held: MyData
    language_name: str
    contacts: tuple[tuple[str, str, datetime], ...]  # value, as it is read aloud, proved
    places: tuple[MyPlace, ...]
    roles: tuple[tuple[str, str, datetime | None], ...]  # town, role, until
    cases: tuple[MyCaseLine, ...]
    acts: tuple[tuple[str, int, int], ...]  # town ("": the installation), lines, approvals
    kept: tuple[KeptShown, ...]
    wrongs: tuple[tuple[str, str, str], ...]
    is_saved: bool = False
    is_asked: bool = False

    @property
    def towns(self) -> tuple[tuple[str, str, str], ...]:
        """Where a correction can be asked for."""
        return tuple((place.town_id, place.town, "") for place in self.places if not place.ended_at)


@dataclass(frozen=True, slots=True)
class ContactCodePage:
    """The code that came to a new phone or address."""

    template: ClassVar[str] = "accounts/contact_code.html"
    form: Shown
    outbox_url: str = ""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One case in the queue."""

    url: str
    kind: str
    about: str
    opened_at: datetime
    is_late: bool
    taken: str  # "", "mine" or "other"


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What waits for the counter, the oldest first."""

    template: ClassVar[str] = "accounts/queue.html"
    lines: tuple[QueueLine, ...]
    waiting: int
    slips: int
    soon_days: int
    is_decided: bool = False
    meetings: int = 0  # people met by a mediator, among the lines
    confirmed: str = ""  # how many the list has just confirmed


@dataclass(frozen=True, slots=True)
class SideShown:
    """An account as the counter sees it."""

    person_id: str
    label: str
    side: Side


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: what is known, and the decision."""

    template: ClassVar[str] = "accounts/case.html"
    form: Shown
    file: CaseFile
    kind: str
    about: str
    how: str
    by: str
    sides: tuple[SideShown, ...]
    decisions: tuple[tuple[str, str, str], ...]
    decision: str
    is_mine: bool
    is_taken: bool
    asks_right: str = ""  # the label of what the document says
    right_options: tuple[tuple[str, str, str], ...] = ()  # where it is one of a few
    nationality: str = ""
    tie: str = ""
    is_conflict: bool = False
    may_move: bool = False
    meeting: Meeting | None = None

    @property
    def keepers(self) -> tuple[tuple[str, str, str], ...]:
        """The accounts that can keep the right to vote."""
        return tuple((one.person_id, one.label, "") for one in self.sides if not one.side.is_closed)
