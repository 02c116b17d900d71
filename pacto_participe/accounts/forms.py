"""The shape of what people type."""

from typing import Literal

from pydantic import Field

from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import LONGEST_TEXT, Decision, Wrong
from pacto_participe.accounts.domain.passkeys import LONGEST_NAME
from pacto_participe.accounts.domain.people import EndReason, FactReason, Facts
from pacto_participe.approvals.domain import LONGEST_REASON
from pacto_participe.kernel.actors import Role
from pacto_participe.web.forms import FormModel
from pacto_participe.web.i18n import mark as _


class ContactForm(FormModel):
    """Where a code goes."""

    contact: str = Field(min_length=1, max_length=254, title=_("Mobile number or e-mail address"))
    next: str = Field(default="", max_length=400)


class CodeForm(FormModel):
    """The code that came; `newcomer` when someone else of the family uses the number first."""

    code: str = Field(min_length=1, max_length=20, title=_("Code of 6 digits"))
    newcomer: bool = False
    next: str = Field(default="", max_length=400)


class NextForm(FormModel):
    """A button alone: only where to go on to."""

    next: str = Field(default="", max_length=400)


class WhoForm(FormModel):
    """Who of the people on this phone; `new` for someone else."""

    person: str = Field(min_length=1, max_length=32, title=_("I am"))
    next: str = Field(default="", max_length=400)


class PasswordForm(FormModel):
    """Staff."""

    email: str = Field(min_length=1, max_length=254, title=_("E-mail address"))
    password: str = Field(min_length=1, max_length=200, title=_("Password"))
    next: str = Field(default="", max_length=400)


class OneTimeCodeForm(FormModel):
    """What the telephone shows, or a recovery code."""

    code: str = Field(min_length=1, max_length=30, title=_("Code of 6 digits, or a recovery code"))
    next: str = Field(default="", max_length=400)


class AnswerForm(FormModel):
    """What a passkey answered, as its browser writes it; empty without JavaScript."""

    answer: str = Field(default="", max_length=12_000)
    challenge: str = Field(default="", max_length=200)
    next: str = Field(default="", max_length=400)


class NewPasskeyForm(AnswerForm):
    """The same of a new one, and how its holder calls it."""

    name: str = Field(default="", max_length=LONGEST_NAME, title=_("Name of the device"))


class PasskeyForm(FormModel):
    """A passkey to remove."""

    passkey_id: str = Field(min_length=64, max_length=64)


class ResidenceForm(FormModel):
    """One of the ways to become a verified resident."""

    way: Literal["slip", "card", "letter", "mediator"]
    code: str = Field(default="", max_length=30, title=_("Activation code"))
    cnie: str = Field(default="", max_length=30, title=_("Number of the card"))
    birth_date: str = Field(default="", max_length=30, title=_("Birth date"))
    next: str = Field(default="", max_length=400)


class CounterForm(FormModel):
    """What a clerk reads on the card. The name is printed on the slip, and kept nowhere."""

    cnie: str = Field(min_length=1, max_length=30, title=_("Number of the card"))
    birth_date: str = Field(min_length=1, max_length=30, title=_("Birth date"))
    name: str = Field(default="", max_length=80, title=_("Name, for the slip"))
    district: str = Field(default="", max_length=60, title=_("District or douar"))
    phone: str = Field(default="", max_length=30, title=_("Text the code to this mobile number"))
    nationality: Literal["", "citizen", "foreign"] = ""
    tie: Literal["", "lives", "works"] = ""

    @property
    def facts(self) -> Facts:
        return Facts.ticked(self.nationality, self.tie)


class PersonForm(FormModel):
    """What someone says of themselves."""

    name: str = Field(default="", max_length=60, title=_("First name"))
    language: Literal["ar", "fr", "en", "zgh"] = "ar"


class SessionForm(FormModel):
    """A browser to sign out."""

    session_id: str = Field(min_length=64, max_length=64)


class CloseForm(FormModel):
    """Closing an account is said twice."""

    sure: Literal["yes"] = Field(title=_("Are you sure?"))


class LookupForm(FormModel):
    """A card's number that a clerk looks for."""

    cnie: str = Field(min_length=1, max_length=30, title=_("Number of the card"))


class EndForm(FormModel):
    """Why someone is no resident any more."""

    residence_id: str = Field(min_length=32, max_length=32)
    reason: EndReason = Field(title=_("Reason"))


class FactsForm(FormModel):
    """Another nationality or tie of a resident than is held, and why."""

    residence_id: str = Field(min_length=32, max_length=32)
    nationality: Literal["", "citizen", "foreign"] = ""
    tie: Literal["", "lives", "works"] = ""
    why: FactReason = Field(title=_("Reason"))

    @property
    def facts(self) -> Facts:
        return Facts.ticked(self.nationality, self.tie)


class InvitationForm(FormModel):
    """Whom an administrator offers which role, and until when."""

    contact: str = Field(min_length=1, max_length=254, title=_("Mobile number or e-mail address"))
    role: Role = Field(title=_("Role in the collectivity"))
    until: str = Field(default="", max_length=20, title=_("Last day of the role"))
    reason: str = Field(default="", max_length=LONGEST_REASON, title=_("Why an administrator"))


class WithdrawalForm(FormModel):
    """An offer to take back, or to take."""

    invitation_id: str = Field(min_length=32, max_length=32)


class RoleForm(FormModel):
    """A role to end."""

    person_id: str = Field(min_length=32, max_length=32)
    role: Role


class NewPasswordForm(FormModel):
    """One's own new password."""

    new_password: str = Field(min_length=1, max_length=200, title=_("New password"))


class ValueForm(FormModel):
    """A phone or an address of one's own."""

    value: str = Field(min_length=1, max_length=254)


class WishForm(FormModel):
    """Messages, or none."""

    messages: Literal["yes", "no"]


class CorrectionForm(FormModel):
    """Which verified fact is wrong, where, and what is right."""

    town: str = Field(min_length=1, max_length=20, title=_("Where"))
    wrong: Wrong = Field(title=_("What is wrong"))
    said: str = Field(default="", max_length=LONGEST_TEXT, title=_("What is right"))
    messages: bool = False


class DecisionForm(FormModel):
    """How a case ends. `right`: what the document says; `keep`: the account that keeps the right."""

    decision: Decision = Field(title=_("Decision"))
    note: str = Field(default="", max_length=LONGEST_TEXT)
    right: str = Field(default="", max_length=60)
    keep: str = Field(default="", max_length=32)
    cnie: str = Field(default="", max_length=30)
    seen: bool = False
    nationality: Literal["", "citizen", "foreign"] = ""
    tie: Literal["", "lives", "works"] = ""

    @property
    def facts(self) -> Facts:
        return Facts.ticked(self.nationality, self.tie)


class ReportForm(FormModel):
    """A resident whose number somebody else says is theirs."""

    residence_id: str = Field(min_length=32, max_length=32)


class BatchForm(FormModel):
    """A batch to make. `batch_id` comes with the page, so that a page sent twice makes one."""

    act: Literal["check", "make", "make-good"] = "check"
    batch_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    days: str = Field(default="", max_length=5, title=_("Days for which the codes are good"))
    print_as: Literal["pages", "table"] = "pages"


class CancelForm(FormModel):
    """A batch whose codes are to be worth nothing, and why."""

    reason: CancelReason = Field(title=_("Why?"))


class SheetForm(FormModel):
    """A sheet of codes for a mediator. The name is printed on it, and kept nowhere."""

    batch_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    district: str = Field(default="", max_length=60, title=_("District or douar"))
    size: str = Field(default="", max_length=5, title=_("Number of codes"))
    days: str = Field(default="", max_length=5, title=_("Days for which the codes are good"))
    mediator: str = Field(default="", max_length=80, title=_("Name of the mediator"))
