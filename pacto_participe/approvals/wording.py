"""Sentences for the codes of this feature."""

from pacto_participe.approvals.domain import Act, ApprovalProblem, Verdict
from pacto_participe.approvals.events import (
    ApprovalAsked,
    ApprovalDecided,
    FourEyesTurnedOff,
    FourEyesTurnedOn,
)
from pacto_participe.approvals.policies import Refusal
from pacto_participe.kernel.retention import Ground
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import JournalKind, Told
from pacto_participe.web.retention import Kept
from pacto_participe.web.sentences import Wording

WORDING: Wording = {
    Refusal.ADMINISTRATORS_APPROVE: _("Only an administrator of this collectivity may do this."),
    ApprovalProblem.SECOND_PERSON_NEEDED: _(
        "Here, two people are needed for this: one asks, another administrator confirms."
    ),
    ApprovalProblem.ALONE: _("There is only one administrator. Invite a second one first."),
    ApprovalProblem.REASON_MISSING: _("Write why."),
    ApprovalProblem.ASKED_ALREADY: _("This was asked for already, and waits for a second person."),
    ApprovalProblem.SAME_PERSON: _("You asked for this yourself. Another administrator confirms."),
    ApprovalProblem.EXPIRED: _("This request is more than 7 days old. Ask again."),
    ApprovalProblem.DECIDED: _("Somebody else was faster. See below how it stands now."),
    ApprovalProblem.NOT_OFFERED: _("Choose one of these."),
    Act.PUBLISH: _("Publish a consultation"),
    Act.FREEZE_RULES: _("Freeze and publish the rules of a vote"),
    Act.FREEZE_ROLL: _("Freeze the roll of a vote before its day"),
    Act.WRITE_DRAW: _("Write down what a public draw gave"),
    Act.GIVE_ADMINISTRATOR: _("Make somebody an administrator"),
    Act.FOUR_EYES_OFF: _("Let one person suffice again"),
    Verdict.CONFIRMED: _("Confirmed and done"),
    Verdict.DECLINED: _("Declined or taken back"),
}

JOURNAL = {
    FourEyesTurnedOn.tag: Told(
        _("From now on two people are needed to publish."), JournalKind.STAFF, is_public=True
    ),
    FourEyesTurnedOff.tag: Told(
        _("Two administrators agreed that one suffices again to publish."),
        JournalKind.STAFF,
        is_public=True,
    ),
    ApprovalAsked.tag: Told(
        _("A second person was asked for: %(act)s. %(subject)s. %(reason)s"),
        JournalKind.STAFF,
        codes={"act": (Act,)},
        private=("reason",),
    ),
    ApprovalDecided.tag: Told(
        _("A second person decided: %(act)s. %(subject)s. %(verdict)s."),
        JournalKind.STAFF,
        codes={"act": (Act,), "verdict": (Verdict,)},
    ),
}

KEPT = (
    Kept(
        name="approvals",
        tables=("approval", "approval_decision"),
        what=_("Who asked for an act and who confirmed it, by the numbers of their accounts"),
        why=_("So that acts of a public body can be accounted for, and nobody confirms their own"),
        until=_("For good; it holds no name"),
        ground=Ground.ACCOUNT_OF_PUBLIC_ACTS,
    ),
)
