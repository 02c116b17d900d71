"""Why a ballot, its limits or the rules of a vote are refused, in a sentence that says what to do."""

from pacto_participe.voting.ballots import BallotProblem, LimitProblem
from pacto_participe.voting.policies import CharterProblem, DeskRefusal, ImportProblem, VoteRefusal
from pacto_participe.web.i18n import mark as _

WORDING = {
    VoteRefusal.NOT_OPEN_YET: _("Voting is not open yet. Your choices are kept for the day."),
    VoteRefusal.CLOSED: _("Voting is closed. No ballot can be counted any more."),
    VoteRefusal.SIGN_IN_FIRST: _("Please say who is voting first. Your choices are kept."),
    VoteRefusal.NOT_A_RESIDENT: _(
        "Only residents whom the town hall has checked can vote here. Bring your national card "
        "to the counter."
    ),
    VoteRefusal.ALREADY_COUNTED: _(
        "Another ballot of yours was counted in the meantime, and it stands. Please look at it "
        "before you replace it."
    ),
    VoteRefusal.NOT_SEALED: _("The box is not sealed yet, so nothing can be counted."),
    VoteRefusal.NO_DRAW_AWAITED: _(
        "No draw is awaited in this vote, or what was drawn is missing."
    ),
    VoteRefusal.ADMINISTRATORS_ONLY: _("Only an administrator can freeze the roll of a vote."),
    VoteRefusal.OBSERVERS_ONLY: _("The roll of a vote is for its administrators and observers."),
    VoteRefusal.ROLL_FROZEN: _("The roll is frozen already."),
    VoteRefusal.ROLL_TOO_LATE: _("The vote is open: the roll can no longer be frozen by hand."),
    VoteRefusal.ROLL_REASON_MISSING: _("Please say why the roll is frozen before its day."),
    DeskRefusal.CLERKS_ONLY: _("Only clerks and administrators of this place keep a desk."),
    DeskRefusal.PIN_SHAPE: _("Please choose six digits that are not all the same."),
    DeskRefusal.PIN_WRONG: _("This is not the PIN of this desk."),
    DeskRefusal.NO_VOTE: _("Please choose a vote that is open now."),
    DeskRefusal.BUSY: _("Somebody is voting on this device. Please wait, or end their turn."),
    DeskRefusal.CARD_MISSING: _(
        "Please type the number and the birth date of the card, or the code of the slip."
    ),
    BallotProblem.EMPTY: _("Nothing is chosen yet. Please choose one project at least."),
    BallotProblem.NONE_NOT_OFFERED: _("In this vote, please choose one project at least."),
    BallotProblem.NONE_AND_SOME: _(
        "“None of these projects” is chosen together with projects. Please keep one or the other."
    ),
    BallotProblem.UNKNOWN_PROJECT: _("No project of this vote has the number %(project)s."),
    BallotProblem.WITHDRAWN_PROJECT: _(
        "Project %(project)s was withdrawn. Please choose another one."
    ),
    BallotProblem.NAMED_TWICE: _("Project %(project)s is chosen twice. Please keep it once."),
    BallotProblem.TOO_MANY: _(
        "That is more than this vote allows. Most projects: %(max)s. To remove: %(by)s."
    ),
    BallotProblem.TOO_FEW: _(
        "That is less than this vote asks for. Fewest projects: %(min)s. To add: %(by)s."
    ),
    BallotProblem.TOO_MANY_POINTS: _(
        "You gave more points than you have. Points in all: %(total)s. To take back: %(by)s."
    ),
    BallotProblem.TOO_MANY_FOR_ONE: _(
        "Project %(project)s has too many points. Most for one project: %(max)s. To take back: %(by)s."
    ),
    BallotProblem.NOT_POINTS: _("The points for project %(project)s could not be read."),
    BallotProblem.NOT_A_RANK: _("The place of project %(project)s could not be read."),
    BallotProblem.DUPLICATED_RANK: _(
        "Place %(rank)s is given to several projects: %(projects)s. Please give each its own place."
    ),
    BallotProblem.OVER_BUDGET: _(
        "Your choices cost %(excess_cents)s more than the budget. Please remove one."
    ),
    LimitProblem.BELOW_ONE: _("This must be 1 or more."),
    LimitProblem.MAX_BELOW_MIN: _("The most (%(max)s) is less than the fewest (%(min)s)."),
    LimitProblem.ABOVE_OPTIONS: _("This is %(value)s, and the list has only %(options)s projects."),
    LimitProblem.POINTS_OUT_OF_REACH: _(
        "With %(total)s points nobody can give points to %(needed)s projects."
    ),
    LimitProblem.NOTHING_AFFORDABLE: _(
        "No ballot fits: the cheapest choice costs %(cheapest_cents)s, a ballot has %(budget_cents)s."
    ),
    LimitProblem.DEARER_THAN_BUDGET: _(
        "These projects cost more than a whole ballot (%(budget_cents)s): %(projects)s."
    ),
    CharterProblem.CLOSES_BEFORE_IT_OPENS: _("The vote must close after it opens."),
    CharterProblem.TOO_FEW_PROJECTS: _("A vote needs two projects at least."),
    CharterProblem.DEARER_THAN_BUDGET: _(
        "Project %(project)s costs more than the whole budget: no vote could fund it."
    ),
    CharterProblem.BAD_LIMITS: _("These limits do not fit this kind of ballot."),
    CharterProblem.RULE_CANNOT_READ: _(
        "This counting rule cannot read this kind of ballot. Please choose another of the two."
    ),
    CharterProblem.FROZEN_TOO_LATE: _(
        "The rules must be fixed before the vote opens: nobody may learn them while voting."
    ),
    CharterProblem.SAME_NUMBER: _("Two projects have the same number or the same key."),
    CharterProblem.UNKNOWN_PICTOGRAM: _("The pictogram of project %(project)s is not in our set."),
    CharterProblem.AGE_UNKNOWABLE: _("The age to vote must be between 0 and 18 years."),
    CharterProblem.AGE_DAY_TOO_EARLY: _(
        "The day of the age is too early: of residents who were of age when they were verified no birth date "
        "is kept, and nobody could tell. Please choose the last day of the vote, or a later one."
    ),
    ImportProblem.VOTE_TYPE: _("Ballots of the kind %(vote_type)s cannot be imported."),
    ImportProblem.FINER_THAN_CENTS: _("An amount of the file has more than two decimals."),
    ImportProblem.HERE_ALREADY: _("%(edition)s is shown here already."),
}
