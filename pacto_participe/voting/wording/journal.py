"""How the journal tells what happens to votes."""

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.consultations.events import ConsultationPublished
from pacto_participe.voting import events
from pacto_participe.voting.policies import VoterTies
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import JournalKind, Told

JOURNAL = {
    # The consultations have no manifest of their own yet.
    ConsultationPublished.tag: Told(
        _("A consultation was published: %(slug)s."), JournalKind.VOTES, is_public=True
    ),
    events.VotePrepared.tag: Told(
        _("A vote was begun to be prepared: %(edition)s."), JournalKind.VOTES
    ),
    events.VoteRedrafted.tag: Told(
        _("The draft of %(edition)s was replaced, change %(revision)s."), JournalKind.VOTES
    ),
    events.VoterRuleChosen.tag: Told(
        _(
            "Who may vote was chosen for %(edition)s, change %(revision)s. Least age: %(minimum_age)s. "
            "%(who)s. %(ties)s."
        ),
        JournalKind.VOTES,
        codes={"who": (Who,), "ties": (VoterTies,)},
    ),
    events.RulesFrozen.tag: Told(
        _("The rules of a vote were frozen and published: %(vote)s."),
        JournalKind.VOTES,
        is_public=True,
    ),
    events.RollFrozen.tag: Told(
        _("The roll was frozen with %(people)s people: %(vote)s. %(reason)s"),
        JournalKind.VOTES,
        is_public=True,
        private=("reason",),
    ),
    events.RollClosed.tag: Told(
        _(
            "The roll was closed with %(people)s people, %(added)s of them verified after it was "
            "frozen: %(vote)s."
        ),
        JournalKind.VOTES,
        is_public=True,
    ),
    events.DeskOpened.tag: Told(_("A polling desk was opened: %(vote)s."), JournalKind.VOTES),
    events.DeskClosed.tag: Told(
        _("A polling desk was closed after %(turns)s turns: %(vote)s."), JournalKind.VOTES
    ),
    events.BoxSealed.tag: Told(
        _("The box was sealed with %(ballots)s ballots, and its key destroyed: %(vote)s."),
        JournalKind.VOTES,
        is_public=True,
    ),
    events.LotAwaited.tag: Told(
        _("A tie waits for the public draw: %(vote)s."), JournalKind.VOTES, is_public=True
    ),
    events.LotCompleted.tag: Told(
        _("What was drawn in public was written down: %(completion)s, %(vote)s."),
        JournalKind.VOTES,
        is_public=True,
    ),
    events.ResultPublished.tag: Told(
        _(
            "The result was published, %(ballots)s ballots and %(funded)s projects funded: %(vote)s."
        ),
        JournalKind.VOTES,
        is_public=True,
    ),
}
