"""Completion spends what shares left, and never on a twin of what is funded already."""

from pacto_participe.voting.domain import (
    Completion,
    Election,
    Option,
    Parameters,
    Profile,
    Reading,
    Score,
)
from pacto_participe.voting.rules import count


def test_a_twin_that_ranks_too_low_to_be_liked_is_not_funded_by_the_completion():
    """Only first places give points here: the small garden has votes, and no liking at all."""
    asked = Election(
        (
            Option("large-garden", 60, group="garden"),
            Option("small-garden", 30, group="garden"),
            Option("lights", 20),
        ),
        budget=150,
        units_per_currency=1,
    )
    profile = Profile.grouped(Reading.RANKING, [((0, 1), None, 4), ((2, 1), None, 2)])
    parameters = Parameters(
        rule="equal-shares",
        score=Score.BORDA,
        borda_top=1,
        mes_completion=Completion.UTILITARIAN,
    )

    outcome = count(asked, profile, parameters, lot=None)

    assert outcome.winners == (0, 2)
