import pytest

from pacto_participe.voting.domain import (
    PRESETS,
    BadParameter,
    Election,
    Option,
    Pot,
    Transfer,
    WhyCode,
)
from pacto_participe.voting.rules import count
from tests.voting.elections import approvals, names

SKIP = PRESETS["greedy-skip"]


def two_districts(budget: int = 100) -> Election:
    return Election(
        (
            Option("north-well", 30, district="North"),
            Option("north-road", 50, district="North"),
            Option("south-park", 20, district="South"),
            Option("library", 45),
            Option("museum", 15),
        ),
        budget,
        units_per_currency=1,
    )


POTS = (Pot("North", 40), Pot("South", 20))
VOTES = ((5, "north-road library"), (4, "north-well"), (3, "south-park"), (2, "museum"))


def test_each_district_spends_its_own_money():
    asked = two_districts()

    outcome = count(asked, approvals(asked, *VOTES), SKIP.changed(pots=POTS))

    # North has 40: the road (50) does not fit. The common pot has 100 - 60 = 40: library no.
    assert names(asked, outcome.winners) == "north-well south-park museum"
    assert outcome.spent == 65
    assert outcome.verdicts[1].numbers["left"] == 40
    assert outcome.verdicts[3].numbers["short"] == 5


def test_what_a_district_leaves_can_go_to_the_common_pot():
    asked = two_districts()
    parameters = SKIP.changed(pots=POTS, transfer=Transfer.TO_COMMON_POT)

    outcome = count(asked, approvals(asked, *VOTES), parameters)

    # 40 of its own and 10 from North: the library fits, then 5 are left.
    assert names(asked, outcome.winners) == "north-well south-park library"
    assert outcome.verdicts[3].numbers["left"] == 50


def test_what_all_pots_leave_can_be_a_second_stage_for_all():
    asked = two_districts(115)
    parameters = SKIP.changed(pots=POTS, transfer=Transfer.TO_SECOND_STAGE)
    ballots = approvals(asked, *VOTES)

    outcome = count(asked, ballots, parameters)

    # North leaves 10; the common pot of 55 takes the library and leaves 10: 20 for all.
    assert names(asked, outcome.winners) == "north-well south-park library museum"
    assert outcome.verdicts[4].code is WhyCode.FUNDED
    assert outcome.verdicts[4].numbers["left"] == 20
    assert outcome.verdicts[1].code is WhyCode.TOO_EXPENSIVE
    assert outcome.verdicts[1].numbers["left"] == 20


def test_a_twin_in_another_pot_is_out():
    asked = Election(
        (
            Option("pool-north", 30, district="North", group="pool"),
            Option("pool-south", 20, district="South", group="pool"),
        ),
        60,
        1,
    )
    ballots = approvals(asked, (1, "pool-north"), (5, "pool-south"))

    outcome = count(asked, ballots, SKIP.changed(pots=POTS))

    assert names(asked, outcome.winners) == "pool-north"
    assert outcome.verdicts[1].code is WhyCode.TWIN_FUNDED
    assert outcome.verdicts[1].numbers == {"cost": 20, "votes": 5}


def test_pots_above_the_budget_are_refused():
    asked = two_districts(59)

    with pytest.raises(BadParameter, match="exceed the budget"):
        count(asked, approvals(asked, *VOTES), SKIP.changed(pots=POTS))


@pytest.mark.parametrize("preset", PRESETS)
def test_a_district_without_projects_keeps_its_money_for_the_others(preset):
    asked = Election((Option("well", 30, district="North"),), 40, 1)
    parameters = PRESETS[preset].changed(
        pots=(Pot("North", 20), Pot("South", 20)), transfer=Transfer.TO_SECOND_STAGE
    )

    outcome = count(asked, approvals(asked, (1, "well")), parameters)

    assert names(asked, outcome.winners) == "well"
    assert outcome.spent == 30
