"""What the journal says of each act of this feature."""

from pacto_participe.accounts import events
from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import CaseKind, Clash, Decision, Met, Wrong
from pacto_participe.accounts.domain.people import EndReason, FactReason, Method
from pacto_participe.kernel.actors import Role
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import JournalKind, Told

JOURNAL = {
    events.SlipIssued.tag: Told(
        _("A resident was verified and given a slip (%(method)s)."),
        JournalKind.RESIDENTS,
        codes={"method": (Method,)},
    ),
    events.ResidentVerified.tag: Told(
        _("A resident was verified at a polling desk."), JournalKind.RESIDENTS
    ),
    events.ResidenceActivated.tag: Told(
        _("A verified resident can vote from an account (%(method)s)."),
        JournalKind.RESIDENTS,
        codes={"method": (Method,)},
    ),
    events.NationalIdentityMatched.tag: Told(
        _(
            "The national sign-in found a resident, whom the collectivity knew before (%(found_by)s)."
        ),
        JournalKind.RESIDENTS,
        codes={"found_by": (Method,)},
    ),
    events.ResidenceMoved.tag: Told(
        _("The right to vote of a resident passed to another account of theirs."),
        JournalKind.RESIDENTS,
    ),
    events.ResidenceEnded.tag: Told(
        _("A resident is none any more: %(reason)s."),
        JournalKind.RESIDENTS,
        codes={"reason": (EndReason,)},
    ),
    events.ResidenceCorrected.tag: Told(
        _("A verified fact of a resident was corrected: %(what)s."),
        JournalKind.RESIDENTS,
        codes={"what": (Wrong, Clash)},
    ),
    events.FactsNoted.tag: Told(
        _("What is noted of a resident was changed (%(what)s): %(reason)s."),
        JournalKind.RESIDENTS,
        codes={"what": (Wrong,), "reason": (FactReason,)},
    ),
    events.NationalitiesTaken.tag: Told(
        _("A list said the nationality of residents of whom it was not known: %(residents)s."),
        JournalKind.RESIDENTS,
        is_public=True,
    ),
    events.ResidentLookedUp.tag: Told(
        _("Somebody looked a verified resident up by the number of the card."),
        JournalKind.RESIDENTS,
    ),
    events.ResidenceRenumbered.tag: Told(
        _("The number of a resident's card was corrected."), JournalKind.RESIDENTS
    ),
    events.ResidencesJoined.tag: Told(
        _("Two residents were the same person: one stays."), JournalKind.RESIDENTS
    ),
    events.CaseOpened.tag: Told(
        _("A case waits for a decision: %(kind)s, %(about)s."),
        JournalKind.RESIDENTS,
        codes={"kind": (CaseKind,), "about": (Wrong, Clash, Met)},
    ),
    events.CaseTaken.tag: Told(
        _("A case was taken: %(kind)s."), JournalKind.RESIDENTS, codes={"kind": (CaseKind,)}
    ),
    events.CaseDecided.tag: Told(
        _("A case was decided: %(kind)s, %(about)s. %(decision)s."),
        JournalKind.RESIDENTS,
        codes={"kind": (CaseKind,), "about": (Wrong, Clash, Met), "decision": (Decision,)},
    ),
    events.ListImported.tag: Told(
        _(
            "A list of residents was taken in: %(added)s lines added, %(changed)s changed, "
            "%(unchanged)s as they were."
        ),
        JournalKind.RESIDENTS,
        is_public=True,
    ),
    events.CodesMade.tag: Told(
        _("%(size)s codes were made, good for %(days)s days (%(method)s, batch %(number)s)."),
        JournalKind.RESIDENTS,
        is_public=True,
        codes={"method": (Method,)},
    ),
    events.CodesCancelled.tag: Told(
        _(
            "Codes were cancelled (%(method)s, batch %(number)s): %(unused)s not used, %(used)s used "
            "before. %(reason)s."
        ),
        JournalKind.RESIDENTS,
        is_public=True,
        codes={"method": (Method,), "reason": (CancelReason,)},
    ),
    events.MeetingsCompared.tag: Told(
        _("Those whom mediators met were compared with the list: %(people)s confirmed."),
        JournalKind.RESIDENTS,
    ),
    events.CodeUsed.tag: Told(
        _("A code was used (%(method)s, batch %(number)s)."),
        JournalKind.RESIDENTS,
        codes={"method": (Method,)},
    ),
    events.RoleGiven.tag: Told(
        _("Somebody took up a role: %(role)s."),
        JournalKind.STAFF,
        is_public=True,
        codes={"role": (Role,)},
    ),
    events.RoleEnded.tag: Told(
        _("Somebody left a role: %(role)s."),
        JournalKind.STAFF,
        is_public=True,
        codes={"role": (Role,)},
    ),
    events.OperatorMade.tag: Told(_("Somebody runs the platform from now on."), JournalKind.STAFF),
    events.OperatorEnded.tag: Told(_("Somebody runs the platform no more."), JournalKind.STAFF),
    events.Invited.tag: Told(
        _("Somebody was offered a role: %(role)s."), JournalKind.STAFF, codes={"role": (Role,)}
    ),
    events.InvitationWithdrawn.tag: Told(
        _("The offer of a role was taken back: %(role)s."),
        JournalKind.STAFF,
        codes={"role": (Role,)},
    ),
    events.SecondFactorSet.tag: Told(
        _("One-time codes were set up on a telephone."), JournalKind.STAFF
    ),
    events.SecondFactorRemoved.tag: Told(
        _("Somebody's one-time codes were turned off."), JournalKind.STAFF
    ),
    events.PasskeyAdded.tag: Told(_("Somebody added a passkey."), JournalKind.STAFF),
    events.PasskeyRemoved.tag: Told(_("Somebody's passkey was removed."), JournalKind.STAFF),
    events.PasskeyDoubted.tag: Told(
        _("A passkey was refused: its counter did not move on, it may have been copied."),
        JournalKind.STAFF,
    ),
    events.RecoveryCodesMade.tag: Told(_("New recovery codes were made."), JournalKind.STAFF),
    events.RecoveryCodeUsed.tag: Told(
        _("Somebody signed in by a recovery code."), JournalKind.STAFF
    ),
    events.CardsRekeyed.tag: Told(
        _("A new key was put around the fingerprints of the cards."),
        JournalKind.DATA,
        is_public=True,
    ),
}
