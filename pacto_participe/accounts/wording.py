"""Sentences for the codes of this feature, and the texts of its messages."""

from pacto_participe.accounts import events
from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import CaseKind, Clash, Decision, Met, Wrong
from pacto_participe.accounts.domain.eligibility import Condition, Ineligible
from pacto_participe.accounts.domain.list_file import FileProblem, LineProblem
from pacto_participe.accounts.domain.people import EndReason, FactReason, Method, Nationality, Tie
from pacto_participe.accounts.policies import Refusal
from pacto_participe.kernel.actors import Role
from pacto_participe.web.formats import number
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import ngettext, say, speaking
from pacto_participe.web.journal import JournalKind, Told
from pacto_participe.web.sentences import Wording

REFUSALS: Wording = {
    Refusal.SIGN_IN_FIRST: _("Please sign in first."),
    Refusal.CLERKS_ONLY: _("Only a clerk of this collectivity may do this."),
    Refusal.ADMINISTRATORS_ONLY: _("Only an administrator of this collectivity may do this."),
    Refusal.CONTACT_UNREADABLE: _(
        "Write a Moroccan mobile number, such as 06 12 34 56 78, or an e-mail address."
    ),
    Refusal.PHONE_UNREADABLE: _("Write a Moroccan mobile number, such as 06 12 34 56 78."),
    Refusal.CODE_WRONG: _("This code does not match. Tries left: %(left)s."),
    Refusal.CODE_EXPIRED: _("This code is more than 10 minutes old. Ask for a new one."),
    Refusal.CODE_USED: _("This code was used already. Ask for a new one."),
    Refusal.CODE_TRIED_TOO_OFTEN: _("Too many wrong codes. Ask for a new one."),
    Refusal.CODE_NOT_ASKED_HERE: _(
        "This code was asked for on another device. Ask for a new one here."
    ),
    Refusal.LINK_OVER: _(
        "This link is incomplete or more than 10 minutes old. Ask for a new code."
    ),
    Refusal.LINK_USED: _("This link, or the code beside it, was used already. Ask for a new code."),
    Refusal.LINK_NOT_ASKED_HERE: _(
        "This link is for another browser, or a newer code was asked for. Open the newest e-mail "
        "where you asked for it, or ask for a new code here."
    ),
    Refusal.PHONE_FULL: _("This number already serves %(most)s people. Use another one."),
    Refusal.NOT_ON_THIS_PHONE: _("Choose who you are."),
    Refusal.PASSWORD_WRONG: _("The e-mail address and the password do not go together."),
    Refusal.PASSWORD_WEAK: _("A password has at least %(least)s letters."),
    Refusal.TRIES_LEFT: _("Tries left: %(left)s. Nothing is lost."),
    Refusal.CARD_UNREADABLE: _(
        "Write the number as it is on the national card: letters, then digits, such as AB123456."
    ),
    Refusal.BIRTH_UNREADABLE: _("Write the birth date as day, month and year: 12/03/1987."),
    Refusal.SLIP_UNREADABLE: _("The activation code has 8 letters and digits, such as K7Q4-M2XD."),
    Refusal.SLIP_UNKNOWN: _("This code does not match."),
    Refusal.SLIP_USED: _("This code was used already. Sign in, or ask the counter for a new one."),
    Refusal.SLIP_EXPIRED: _("This code has expired. The counter gives you a new one."),
    Refusal.SLIP_WITHDRAWN: _("A newer code was given to you. Please use that one."),
    Refusal.SLIP_OF_ANOTHER_TOWN: _("This code was given by another collectivity."),
    Refusal.CODE_OF_A_LETTER: _(
        "This code came in a letter. It is typed with the number of your card and your birth date, "
        "under “I was sent a letter”."
    ),
    Refusal.CODE_OF_A_MEDIATOR: _(
        "This code came from a mediator. It is typed with the number of your card and your birth "
        "date, on the page “Can I vote?”."
    ),
    Refusal.LETTER_UNKNOWN: _("No letter has this code and this birth date."),
    Refusal.LETTER_OF_ANOTHER_CARD: _(
        "This letter was made for another card number. If the number is yours as you typed it, go to the "
        "counter with your card: the counter can verify you, and nothing is lost."
    ),
    Refusal.BATCH_CANCELLED: _(
        "The collectivity has cancelled this code. The counter can verify you: nothing is lost."
    ),
    Refusal.VERIFIED_ALREADY: _(
        "You are verified already, in an account of yours. Sign in as before, or go to the counter "
        "with your card: nothing is lost."
    ),
    Refusal.BATCH_MADE_ALREADY: _(
        "This was made already, and is shown once. If it was not printed, cancel it and make it again."
    ),
    Refusal.BATCH_AT_ONCE: _(
        "A colleague made codes at this very moment. Nothing was made here: send it again."
    ),
    Refusal.BATCH_OVER: _("These codes were cancelled or have expired already."),
    Refusal.DAYS_UNREADABLE: _("Write a number of days, from %(least)s to %(most)s."),
    Refusal.SIZE_UNREADABLE: _("Write a number of codes, from 1 to %(most)s."),
    Refusal.MEETING_WAITS: _(
        "A code of yours waits for the counter already. The answer comes here."
    ),
    Refusal.CARD_DIFFERS: _(
        "The resident typed another number or another birth date. Compare them once more: nothing is decided."
    ),
    Refusal.RESIDENCE_ENDED: _(
        "You are noted as having moved away. If you live here, go to the counter with your card."
    ),
    Refusal.NOT_ON_THE_LIST: _(
        "Nobody with this number and birth date is on the list. The counter can verify you."
    ),
    Refusal.LINKED_TO_ANOTHER: _(
        "This number is already in use in another account. Go to the counter with your card: "
        "nothing is lost."
    ),
    Refusal.ALREADY_SOMEONE_HERE: _(
        "This account belongs to someone else already verified here. Sign out first."
    ),
    Refusal.NATIONAL_NOT_ASKED_HERE: _(
        "This national sign-in was begun in another browser, was used already, or is more than "
        "10 minutes old. Nothing was changed: begin again here."
    ),
    Refusal.NATIONAL_DECLINED: _(
        "You stopped the national sign-in. Nothing was changed. You can begin again, or use another way."
    ),
    Refusal.NATIONAL_DOWN: _(
        "The national sign-in does not answer at the moment. Nothing is lost: try again later, or use "
        "another way."
    ),
    Refusal.NATIONAL_UNTRUE: _(
        "The answer of the national sign-in could not be confirmed. Nothing was changed. Try again, or "
        "use another way."
    ),
    Refusal.NATIONAL_INCOMPLETE: _(
        "The national sign-in did not give the number of your card and your birth date. Nothing was "
        "changed: use another way."
    ),
    Refusal.NATIONAL_NOT_RESIDENT: _(
        "Your identity is confirmed. That you live here is not. Go to the counter with your national card; "
        "if another address stands on it, bring a certificate of residence too. You get a code there."
    ),
    Refusal.NO_SUCH_RESIDENT: _("No verified resident has this number."),
    Refusal.NO_SUCH_PERSON: _("Nobody has an account with this address."),
    Refusal.INVITATION_OVER: _("This invitation has expired or was taken back. Ask for a new one."),
    Refusal.LAST_ADMINISTRATOR: _(
        "This is the only administrator. Name another one first: somebody must keep the keys."
    ),
    Refusal.DAY_UNREADABLE: _("Write a day to come, such as 31/12/2027."),
    Refusal.SECOND_CODE_WRONG: _(
        "This code does not fit. Type the newest one that the application on your telephone shows."
    ),
    Refusal.SECOND_CODE_USED: _(
        "This code was used already. Wait for the next one, 30 seconds at most."
    ),
    Refusal.SECOND_FACTOR_NEEDED: _(
        "Your work needs a second proof: the last one cannot be turned off. Set another one up first."
    ),
    Refusal.SECOND_FACTOR_FIRST: _("Show your second proof first: a code or a passkey."),
    Refusal.PASSKEY_NEEDS_SCRIPT: _(
        "Passkeys need JavaScript, which is off in this browser. Use another way."
    ),
    Refusal.PASSKEY_WRONG: _(
        "This passkey did not prove who you are, or the page was open too long. Try again."
    ),
    Refusal.PASSKEY_DOUBTED: _(
        "This passkey may have been copied: somebody else may hold it. Use another way, then remove it and "
        "tell your administrator."
    ),
    Refusal.PASSKEY_KNOWN: _("This passkey is in use already."),
    Refusal.PASSKEYS_FULL: _("You have twenty passkeys already. Remove one first."),
    Refusal.REASON_MISSING: _("Choose a reason: it is written in the journal."),
    Refusal.CONTACT_YOURS: _("You are reached there already."),
    Refusal.LAST_CONTACT: _(
        "This is the only way to reach you and to sign in. Add another one first."
    ),
    Refusal.ASKED_ALREADY: _("You asked this already. The answer comes here."),
    Refusal.DECIDED_ALREADY: _("Somebody else decided this in the meantime. Nothing was changed."),
    Refusal.TAKEN_BY_ANOTHER: _("A colleague has taken this. It comes back after 24 hours."),
    Refusal.DISTRICT_MISSING: _("Write the district: 60 letters at most."),
    Refusal.FACT_MISSING: _("Choose what the card or the document says."),
    Refusal.KEEP_MISSING: _("Choose the account that keeps the right to vote."),
    Refusal.MET_ENDED: _(
        "This resident is noted as having moved away. Verify them at the counter instead."
    ),
    Refusal.MET_ELSEWHERE: _(
        "Another account has this card. It is a conflict now, in what waits for the counter: "
        "decide that first."
    ),
    Refusal.MET_SOMEONE_ELSE: _(
        "This account is another resident's already. Verify the person at the counter instead."
    ),
    Refusal.CARD_NOT_SEEN: _("This is decided with the card in hand: say that you have seen it."),
    Refusal.KEEPS_ANOTHER: _("That account belongs to somebody else already verified here."),
    Refusal.JOIN_AFTER_THE_CLOSE: _(
        "Another resident is verified with this number, and a vote is open. The two can be joined when it "
        "is closed: then no ballot is lost, and none is counted twice."
    ),
    Refusal.TAKE_IT_FIRST: _("Take this first: then nobody else decides it at the same time."),
}

FILE_PROBLEMS: Wording = {
    FileProblem.EMPTY: _("The file is empty."),
    FileProblem.NO_LINES: _("The file names the columns, and nobody below them."),
    FileProblem.NOT_TEXT: _("The file is not text. Save the sheet as CSV (UTF-8)."),
    FileProblem.NO_HEADS: _(
        "The first line must name the columns: cnie, birth_date, and district if there is one."
    ),
    FileProblem.NO_HEADS_OF_LETTERS: _(
        "The first line must name the columns: name, cnie, birth_date, address, and district if there "
        "is one."
    ),
    FileProblem.TOO_MANY_LINES: _("The file has too many lines for one batch: cut it in two."),
}

LINE_PROBLEMS: Wording = {
    LineProblem.NUMBER_UNREADABLE: _("The number of the card cannot be read."),
    LineProblem.BIRTH_UNREADABLE: _("The birth date cannot be read."),
    LineProblem.DISTRICT_TOO_LONG: _("The name of the district has more than 60 letters."),
    LineProblem.NUMBER_TWICE: _("This number is in the file twice."),
    LineProblem.NATIONALITY_UNREADABLE: _(
        "The nationality cannot be read: write “citizen” or “foreign”, or leave the cell empty."
    ),
    LineProblem.TIE_UNREADABLE: _("Write “lives” or “works”, or leave the cell empty."),
    LineProblem.QUOTES_UNPAIRED: _("The quotation marks of this line do not go in pairs."),
    LineProblem.NAME_MISSING: _("The name is missing."),
    LineProblem.ADDRESS_MISSING: _("The address is missing."),
    LineProblem.ADDRESS_TOO_LONG: _("The name or a line of the address has more than 80 letters."),
}

METHODS: Wording = {
    Method.COUNTER: _("At the counter"),
    Method.LIST: _("By the list of the collectivity"),
    Method.LETTER: _("By a letter"),
    Method.MEDIATOR: _("By a mediator"),
    Method.NATIONAL: _("By the national sign-in"),
}

ROLES: Wording = {
    Role.CLERK: _("Clerk"),
    Role.REVIEWER: _("Reviewer"),
    Role.MODERATOR: _("Moderator"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.OBSERVER: _("Observer"),
}

END_REASONS: Wording = {
    EndReason.MOVED: _("Moved to another place"),
    EndReason.DIED: _("Died"),
    EndReason.MISTAKE: _("Was verified by mistake"),
}

KINDS: Wording = {
    CaseKind.CORRECTION: _("Correction"),
    CaseKind.CONFLICT: _("Conflict"),
    CaseKind.MEETING: _("Met by a mediator"),
}

CANCEL_REASONS: Wording = {
    CancelReason.PRINT_LOST: _("The print is lost, or was damaged"),
    CancelReason.FILE_WRONG: _("The file was wrong"),
    CancelReason.NOT_HANDED_OUT: _("They were not sent or handed out"),
    CancelReason.MISUSED: _("Somebody misuses them"),
}

WRONGS: Wording = {
    Wrong.DISTRICT: _("The district is wrong"),
    Wrong.BIRTH_DATE: _("The birth date is wrong"),
    Wrong.NATIONALITY: _("The nationality is wrong or missing"),
    Wrong.TIE: _("Whether I live or work here is wrong"),
    Wrong.OTHER: _("Something else is wrong"),
}

CLASHES: Wording = {
    Clash.TWO_ACCOUNTS: _("A number of the list is in use in another account"),
    Clash.MOVED: _("A slip brought the right to vote from another account"),
    Clash.BIRTH_DIFFERS: _("The card and the list have different birth dates"),
    Clash.DISTRICT_DIFFERS: _("The counter and the list have different districts"),
    Clash.SHEET_CANCELLED: _("Verified by a sheet of codes that was cancelled afterwards"),
    Clash.LETTER_AND_SLIP: _(
        "Verified by a letter, then a slip of another number in the same account"
    ),
    Clash.REPORTED: _("Somebody says that this number is theirs"),
}

MEETINGS: Wording = {Met.NOT_LISTED: _("Somebody whom a mediator met is to be confirmed")}

DECISIONS: Wording = {
    Decision.CORRECTED: _("Corrected: a document was seen"),
    Decision.NOTHING_WRONG: _("What is held is right"),
    Decision.SHOW_THE_CARD: _("To be shown at the counter, with the card"),
    Decision.SAME_PERSON: _("The same person: one account stays"),
    Decision.OTHER_PERSON: _("Two people: the right stays with who showed the card"),
    Decision.NUMBER_MISTAKEN: _("The number was written wrongly: the card was seen again"),
    Decision.LIST_MISTAKEN: _("The card is right: the line leaves the list"),
    Decision.ENDED: _("Not a resident here: the right to vote ends"),
    Decision.MET_CONFIRMED: _("Confirmed: the card was seen and says the same"),
    Decision.MET_LISTED: _("Confirmed by the list of the collectivity"),
    Decision.MET_REFUSED: _("Not confirmed: to be shown at the counter, with the card"),
    Decision.WITHDRAWN: _("Taken back"),
}

NATIONALITIES: Wording = {
    Nationality.UNKNOWN: _("Not noted"),
    Nationality.CITIZEN: _("Moroccan citizen"),
    Nationality.FOREIGN: _("Foreign resident"),
}

TIES: Wording = {
    Tie.LIVES: _("Lives here"),
    Tie.WORKS: _("Works here, lives elsewhere"),
}

FACT_REASONS: Wording = {
    FactReason.CARD_SEEN: _("The card was seen"),
    FactReason.DOCUMENT_SEEN: _("A document was seen"),
    FactReason.NOTED_BY_MISTAKE: _("Was noted by mistake"),
}

CONDITIONS: Wording = {
    Condition.LIVES_HERE: _("You live in %(town)s."),
    Condition.LIVES_OR_WORKS_HERE: _("You live in %(town)s, or have an economic activity there."),
    Condition.ANY_NATIONALITY: _("Your nationality does not matter."),
    Condition.CITIZENS_ONLY: _("You are a Moroccan citizen."),
    Condition.ANY_AGE: _("At any age."),
    Condition.OLD_ENOUGH: _("Your age is %(least)s or more on %(day)s."),
}

INELIGIBLE: Wording = {
    Ineligible.WORKS_HERE_ONLY: _(
        "This vote is for those who live here. You are noted as working here and living elsewhere."
    ),
    Ineligible.TOO_YOUNG: _(
        "The least age in this vote is %(least)s. On %(day)s yours is %(age)s."
    ),
    Ineligible.CITIZENS_ONLY: _("This vote is open to Moroccan citizens only."),
    Ineligible.NATIONALITY_UNKNOWN: _(
        "This vote is open to Moroccan citizens only, and your nationality is not noted yet. Show your card "
        "at the counter: it takes a minute."
    ),
}

WORDINGS = (
    NATIONALITIES,
    TIES,
    FACT_REASONS,
    CONDITIONS,
    INELIGIBLE,
    KINDS,
    WRONGS,
    CLASHES,
    MEETINGS,
    DECISIONS,
    CANCEL_REASONS,
    END_REASONS,
    REFUSALS,
    FILE_PROBLEMS,
    LINE_PROBLEMS,
    METHODS,
    ROLES,
)

_CODE_SMS = _("Code: %(code)s. Valid for 10 minutes. Give it to nobody.")
_SLIP_SMS = _("%(town)s: your activation code is %(code)s.")
_CODE_SUBJECT = _("Your sign-in code")
_ANSWER_SMS = _("%(town)s answered your request. Read it here: %(address)s")
_ANSWER_SUBJECT = _("An answer to your request")
_DECIDED_SMS = _("%(town)s settled a doubt about your card number. Ask the counter.")
_DECIDED_SUBJECT = _("About your registration")
_INVITED_SMS = _("%(town)s invites you to its platform. Sign in: %(address)s")
_INVITED_SUBJECT = _("An invitation")


def code_message(language: str, code: str) -> str:
    """The text message with a sign-in code: one message, in Arabic too."""
    with speaking(language):
        return say(_CODE_SMS, code=code)


def code_subject(language: str) -> str:
    """The subject of the mail with a sign-in code. It does not hold the code."""
    with speaking(language):
        return say(_CODE_SUBJECT)


def slip_message(language: str, town: str, code: str) -> str:
    """The text message with the code of a slip; the town's name is cut before a second one is paid."""
    with speaking(language):
        full = say(_SLIP_SMS, town=town, code=code)
        if len(full) <= LONGEST_SMS:
            return full
        kept = max(0, len(town) - (len(full) - LONGEST_SMS) - 1)
        return say(_SLIP_SMS, town=f"{town[:kept]}…", code=code)


LONGEST_SMS = 70


def invitation_message(language: str, town: str, address: str) -> str:
    """The text message to someone who is offered a role."""
    with speaking(language):
        return say(_INVITED_SMS, town=town, address=address)


def invitation_subject(language: str) -> str:
    """The subject of the mail to someone who is offered a role."""
    with speaking(language):
        return say(_INVITED_SUBJECT)


def answer_message(language: str, town: str, address: str) -> str:
    """The message that a request is decided. It holds no part of the answer."""
    with speaking(language):
        return say(_ANSWER_SMS, town=town, address=address)


def answer_subject(language: str) -> str:
    with speaking(language):
        return say(_ANSWER_SUBJECT)


def decided_message(language: str, town: str) -> str:
    """The message that a conflict about somebody's residence is decided. It holds no part of the decision."""
    with speaking(language):
        return say(_DECIDED_SMS, town=town)


def decided_subject(language: str) -> str:
    with speaking(language):
        return say(_DECIDED_SUBJECT)


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


def cases_wait(count: int) -> str:
    """The queue of the counter."""
    return ngettext(
        "%(num)s case waits for the counter.", "%(num)s cases wait for the counter.", count
    ) % {"num": number(count)}


def slips_expire(count: int) -> str:
    """Slips that nobody used."""
    return ngettext(
        "%(num)s slip not used yet expires within 7 days.",
        "%(num)s slips not used yet expire within 7 days.",
        count,
    ) % {"num": number(count)}


def invitations_expire(count: int) -> str:
    """Offers of roles that nobody took."""
    return ngettext(
        "%(num)s invitation not taken yet expires within 7 days.",
        "%(num)s invitations not taken yet expire within 7 days.",
        count,
    ) % {"num": number(count)}


def lists_taken(count: int) -> str:
    """Imports of the list of residents."""
    return ngettext(
        "%(num)s list of residents was taken in these 7 days.",
        "%(num)s lists of residents were taken in these 7 days.",
        count,
    ) % {"num": number(count)}
