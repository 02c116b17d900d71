"""Sentences for the codes of this feature, and how a project stands in words."""

from markupsafe import Markup

from pacto_participe.delivery.domain import (
    Bureau,
    Milestone,
    Progress,
    Status,
    Update,
    UpdateProblem,
)
from pacto_participe.delivery.events import ProjectUpdated, UpdateCorrected
from pacto_participe.delivery.policies import Refusal
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import JournalKind, Told
from pacto_participe.web.sentences import Wording

STATUSES = {
    Status.PLANNED: _("Planned"),
    Status.PROCUREMENT: _("Call for bids and contract"),
    Status.WORKS: _("Works under way"),
    Status.LATE: _("Late"),
    Status.DONE: _("Done"),
    Status.ABANDONED: _("Given up"),
}
MILESTONES = {
    Milestone.STUDY_ENDS: _("End of the study"),
    Milestone.COUNCIL_DECIDES: _("Decision of the council"),
    Milestone.CALL_FOR_BIDS: _("Call for bids published"),
    Milestone.CONTRACT_SIGNED: _("Contract signed"),
    Milestone.WORKS_BEGIN: _("Start of the works"),
    Milestone.WORKS_END: _("End of the works"),
    Milestone.DELIVERED: _("Delivery"),
    Milestone.OPENS_TO_RESIDENTS: _("Opening to residents"),
}
BUREAUS = {
    Bureau.TECHNICAL_SERVICE: _("Technical service"),
    Bureau.PLANNING_SERVICE: _("Town planning service"),
    Bureau.GREEN_SPACES: _("Green spaces service"),
    Bureau.SOCIAL_SERVICE: _("Social, cultural and sports service"),
    Bureau.PROCUREMENT_SERVICE: _("Public contracts service"),
    Bureau.GENERAL_SERVICES: _("Director of services"),
    Bureau.PROVINCE: _("Services of the province"),
    Bureau.UTILITY: _("Water and electricity company"),
    Bureau.PARTNER: _("Partner of the collectivity"),
}

WORDING: Wording = {
    **STATUSES,
    **MILESTONES,
    **BUREAUS,
    Refusal.KEEPERS_ONLY: _(
        "Only reviewers and administrators of this collectivity say what became of a project."
    ),
    UpdateProblem.NOT_FINAL: _("The result becomes final on %(day)s. Until then nothing is said."),
    UpdateProblem.CHANGED_SINCE: _(
        "Somebody else wrote an update meanwhile: it stands above. Read it, then send yours if it "
        "still holds."
    ),
    UpdateProblem.STATUS_NOT_OFFERED: _("Choose how far the project is."),
    UpdateProblem.CANNOT_FOLLOW: _("This cannot follow what was said last. Choose another one."),
    UpdateProblem.IS_OVER: _(
        "This project is over: only a correction can follow. Tick that it corrects the last update."
    ),
    UpdateProblem.NOTHING_TO_CORRECT: _("There is no update to correct yet. Untick this."),
    UpdateProblem.TEXT_MISSING: _("Write in Arabic or in French what residents should know."),
    UpdateProblem.REASON_MISSING: _("Write the reason, in Arabic or in French."),
    UpdateProblem.AMOUNT_UNREADABLE: _(
        "Write the amount in dirhams, for example 478000; 0 if nothing is spent."
    ),
    UpdateProblem.SPENT_FALLS: _(
        "Before, %(before_cents)s was spent: less can only be a correction of the last update."
    ),
    UpdateProblem.BUREAU_MISSING: _("Choose the office that answers for the project."),
    UpdateProblem.MILESTONE_MISSING: _("Choose what comes next."),
    UpdateProblem.NEXT_DAY_MISSING: _("Write the day of the next step, for example 15/02/2027."),
    UpdateProblem.NEXT_DAY_PASSED: _("This day has passed. Write a day that lies ahead."),
    UpdateProblem.NEXT_DAY_FAR: _("This day is more than ten years away."),
    UpdateProblem.NOT_LATER: _(
        "Late means a later day than the one promised before, %(promised)s."
    ),
    UpdateProblem.DONE_DAY_MISSING: _("Write the day on which it was done, as in 14/11/2026."),
    UpdateProblem.DONE_DAY_AHEAD: _("This day lies ahead. Write it once it is done."),
    UpdateProblem.DONE_DAY_EARLY: _("The result was final on %(final)s only. Look at the year."),
    UpdateProblem.DECISION_MISSING: _(
        "Write the number and the day of the council’s decision: nothing is given up without one."
    ),
}

JOURNAL = {
    ProjectUpdated.tag: Told(
        _(
            "It was said how project %(project)s stands: %(status)s. Spent: %(spent_cents)s. %(vote)s"
        ),
        JournalKind.VOTES,
        is_public=True,
        codes={"status": (Status,)},
    ),
    UpdateCorrected.tag: Told(
        _(
            "What was said of project %(project)s was corrected: %(status)s. "
            "Spent: %(spent_cents)s. %(vote)s"
        ),
        JournalKind.VOTES,
        is_public=True,
        codes={"status": (Status,)},
    ),
}

_DONE = _("Delivered on %(day)s. Final cost: %(spent)s of %(cost)s.")
_GIVEN_UP = _("Given up by decision of the council: %(decision)s.")
_NEXT = _("Next: %(milestone)s, %(day)s.")
_NEW_DAY = _("New date: %(milestone)s, %(day)s.")
_MISSED = _("Before, %(day)s was promised.")
_SPENT = _("Spent: %(spent)s of %(cost)s.")
_HAS_PASSED = _("That day has passed.")
_FIRST_NEWS = _("No update yet. The first one is due by %(day)s.")
_NO_NEWS = _("No news since %(day)s.")
_NO_NEWS_AT_ALL = _("No news since the result became final, on %(day)s.")
_ANSWERS = _("Answers for it: %(bureau)s.")


def status_name(status: Status) -> str:
    return i18n.gettext(STATUSES[status])


def bureau_name(bureau: Bureau) -> str:
    return i18n.gettext(BUREAUS[bureau])


def milestone_name(milestone: Milestone) -> str:
    return i18n.gettext(MILESTONES[milestone])


def no_news(progress: Progress) -> Markup:
    """What the page says by itself when a promise was missed and nobody said why; empty otherwise."""
    if not progress.is_silent:
        return Markup()
    sentence = _NO_NEWS if progress.last else _NO_NEWS_AT_ALL
    return _said(sentence, day=formats.day(progress.last_heard_on))


def in_short(progress: Progress, cost_cents: int, currency: str) -> Markup:
    """Where a project stands in a sentence or two."""
    last = progress.last
    if last is None:
        due = formats.day(progress.due_on or progress.final_on)
        return no_news(progress) or _said(_FIRST_NEWS, day=due)
    told = [_of_update(last, cost_cents, currency)]
    if progress.missed_on:
        told.append(_said(_MISSED, day=formats.day(progress.missed_on)))
    if progress.is_silent:
        told.append(no_news(progress))
    elif progress.due_on and progress.today > progress.due_on:
        told.append(_said(_HAS_PASSED))
    return Markup(" ").join(told)


def _of_update(update: Update, cost_cents: int, currency: str) -> Markup:
    """The promise of an update, or its end."""
    if update.status is Status.ABANDONED:
        return _said(_GIVEN_UP, decision=Markup("<bdi>{}</bdi>").format(update.decision))
    if update.done_on is not None:
        return _said(
            _DONE,
            day=formats.day(update.done_on),
            spent=formats.money(update.spent_cents, currency),
            cost=formats.money(cost_cents, currency),
        )
    return _said(
        _NEW_DAY if update.status is Status.LATE else _NEXT,
        milestone=_inside(milestone_name(update.milestone)) if update.milestone else "",
        day=formats.day(update.next_on) if update.next_on else "",
    )


def spent(cents: int, cost_cents: int, currency: str) -> Markup:
    """How much of the cost is spent."""
    return _said(
        _SPENT, spent=formats.money(cents, currency), cost=formats.money(cost_cents, currency)
    )


def details(update: Update, cost_cents: int, currency: str) -> tuple[Markup, ...]:
    """What an update holds beside its text."""
    told = [_of_update(update, cost_cents, currency)]
    if update.status is not Status.DONE:
        told.append(spent(update.spent_cents, cost_cents, currency))
    return (*told, _said(_ANSWERS, bureau=_inside(bureau_name(update.bureau))))


def _inside(name: str) -> str:
    """A name of a list, inside a sentence: no capital letter after a colon."""
    return name[:1].lower() + name[1:]


def _said(sentence: str, **values: str) -> Markup:
    """A sentence in the language of the request, with its values, which are escaped."""
    return Markup(i18n.gettext(sentence)) % values  # noqa: S704  our own sentences
