"""What staff read of a vote: how far it is, what comes next, what an act does."""

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.voting.policies import PreparationProblem, VoterTies
from pacto_participe.web.i18n import mark as _

WORDING = {
    PreparationProblem.ADMINISTRATORS_PREPARE: _(
        "Only an administrator of this collectivity publishes, freezes rules or writes a draw down."
    ),
    PreparationProblem.EDITION_TAKEN: _("There is another consultation at this address already."),
    PreparationProblem.EDITION_SHAPE: _(
        "The name in the address has up to 40 small letters, digits and hyphens."
    ),
    PreparationProblem.TITLE_MISSING: _("The title is not written in Arabic and in French yet."),
    PreparationProblem.SUMMARY_MISSING: _(
        "The presentation is not written in Arabic and in French yet."
    ),
    PreparationProblem.PROJECT_TITLE_MISSING: _(
        "The title of project %(project)s is not written in Arabic and in French yet."
    ),
    PreparationProblem.NO_BUDGET: _("The amount of the budget is missing."),
    PreparationProblem.ANNOUNCED_TOO_LATE: _(
        "The day of the opening has passed: this cannot be published any more."
    ),
    PreparationProblem.ANNOUNCED_ALREADY: _("This consultation is published already."),
    PreparationProblem.ANNOUNCE_FIRST: _(
        "Publish the consultation first: rules are frozen of what everybody can see."
    ),
    PreparationProblem.CHANGED_SINCE: _(
        "The draft was changed since. Nothing was done: read it as it stands now, then ask again."
    ),
    PreparationProblem.RULES_FROZEN: _(
        "The rules of this vote are frozen already. Nothing in them can be changed."
    ),
    PreparationProblem.WHO_NOT_OFFERED: _("Please choose one of these."),
    Who.RESIDENTS: _("Residents of any nationality"),
    Who.CITIZENS: _("Moroccan citizens only"),
    VoterTies.LIVE_HERE: _("People who live here"),
    VoterTies.LIVE_OR_WORK_HERE: _("People who live here or have an economic activity here"),
    PreparationProblem.DRAWN_MISSING: _("Please write what was drawn, in digits."),
    PreparationProblem.DRAWN_IN_WORDS: _("Only digits count, not letters: 4 2 6."),
    PreparationProblem.DRAWN_TOO_LONG: _("This is too long: %(most)s digits at most."),
}

DONE = {
    "announced": _("Published. Everybody can read it now."),
    "frozen": _("The rules are frozen and published. Nothing in them can be changed any more."),
    "chosen": _("Saved."),
    "drawn": _("Written down. The result is counted and published within minutes."),
}
ANNOUNCE = (
    _("Everybody can read it at once: the title, the dates, the budget and the list of projects."),
    _("A consultation that was published cannot be taken back."),
    _("Who may vote can still be changed until the rules are frozen."),
)
FREEZE = (
    _(
        "Projects, costs, budget, dates, who may vote, how one votes, how it is counted and the number "
        "announced for the draw are fixed, and published under this fingerprint."
    ),
    _("Nobody can change anything in them afterwards, neither you nor whoever runs the platform."),
    _("The vote opens and closes by the clock. Nobody can open it sooner, extend it or close it."),
)
DRAW = (
    _(
        "With the number announced before the vote, this decides which of the equal projects come first."
    ),
    _(
        "The result is counted and published within minutes. Anybody can redo the draw from what stands here."
    ),
    _("What is written down cannot be corrected, not even a slip of the pen."),
)
