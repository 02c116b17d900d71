"""The examples of docs/rules/, counted as they stand there: what a councillor reads is true."""

from pathlib import Path

import pytest

from pacto_participe.voting.rules import RULES
from pacto_participe.voting.services.examples import examples, first_example, read

PAGES = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_public_page_with_an_example_of_it(rule):
    assert (PAGES / f"{rule.name}.md").is_file(), f"write docs/rules/{rule.name}.md"
    counted = [e for e in examples(PAGES) if e.page == rule.name]
    assert any(example.parameters.rule == rule.name for example in counted)
    assert first_example(PAGES, rule.name).parameters.rule == rule.name


def test_a_line_that_nobody_understands_is_named():
    with pytest.raises(ValueError, match="most-votes-2: nobody understands 'bugdet: 5'"):
        read("most-votes", 2, "bugdet: 5")


@pytest.mark.parametrize("example", examples(PAGES), ids=str)
def test_what_the_page_says_comes_out(example):
    outcome = example.count()

    winners = [example.options[index].id for index in outcome.winners]
    assert winners == example.funded
    assert example.left == example.budget - outcome.spent
    names = [option.id for option in example.options]
    for name, told in example.why.items():
        code, *numbers = (part.strip() for part in told.split(","))
        verdict = outcome.verdicts[names.index(name)]
        assert verdict.code.value == code
        for number in numbers:
            what, value = number.split()
            assert verdict.numbers[what] == int(value), (name, what)
