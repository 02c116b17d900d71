"""What things are called: methods, roles, cases and their decisions, rules of who may vote."""

from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import CaseKind, Clash, Decision, Met, Wrong
from pacto_participe.accounts.domain.eligibility import Condition, Ineligible
from pacto_participe.accounts.domain.people import EndReason, FactReason, Method, Nationality, Tie
from pacto_participe.kernel.actors import Office, Role
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.sentences import Wording

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
    Office.OPERATOR: _("Operator of the platform"),
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
    METHODS,
    ROLES,
)
