"""Who may vote stands in the charter: older charters keep every byte, newer ones say what they add."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.accounts.domain.eligibility import Eligibility, Who
from pacto_participe.voting.charter import FORMAT, FORMAT_OF_A_RULE, Charter
from pacto_participe.voting.policies import CharterProblem
from pacto_participe.voting.services.freezing import problems_of_charter
from tests.voting.charters import charter_of

STORED = Path(__file__).parent / "stored" / "charter_of_2026.json"
FINGERPRINT = "5f21eb13affcca1bf4603b651ba3e8f8666f5717fb64078b9998d69dd193f133"


def stored() -> str:
    return STORED.read_text(encoding="utf-8")


def test_a_charter_frozen_before_there_was_a_rule_keeps_its_bytes_and_its_fingerprint():
    charter = Charter.from_text(stored())

    assert charter.text == stored()
    assert charter.fingerprint == FINGERPRINT
    assert charter.eligibility == Eligibility(18, date(2026, 11, 30), Who.RESIDENTS)


def test_a_charter_with_the_usual_rule_is_written_as_before():
    assert charter_of([5_000_000, 7_000_000, 2_000_000]).text == stored()


def with_rule(**said) -> Charter:
    return Charter(**{**vars_of(charter_of([5_000_000, 7_000_000])), **said})


def vars_of(charter: Charter) -> dict[str, object]:
    return {name: getattr(charter, name) for name in Charter.__dataclass_fields__}


@given(
    st.integers(0, 18),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from(Who),
    st.booleans(),
)
def test_every_rule_reads_back_as_it_was_written(age, on, who, workers):
    charter = with_rule(minimum_age=age, age_on=on, who=who, includes_workers=workers)

    read = Charter.from_text(charter.text)

    assert read == charter
    assert read.eligibility == charter.eligibility
    assert read.text == charter.text
    is_usual = on is None and who is Who.RESIDENTS and not workers
    assert json.loads(charter.text)["format"] == (FORMAT if is_usual else FORMAT_OF_A_RULE)
    assert ("who_may_vote" in json.loads(charter.text)) is not is_usual


def test_what_a_rule_adds_is_plain_to_read():
    charter = with_rule(age_on=date(2026, 12, 1), who=Who.CITIZENS, includes_workers=True)

    assert json.loads(charter.text)["who_may_vote"] == {
        "age_on": "2026-12-01", "includes_workers": True, "who": "citizens"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"quarter": "Centre"}, "written by a newer version: quarter is not known here"),
        (
            {"who_may_vote": {"of_the_quarter": "Centre"}},
            "written by a newer version: of_the_quarter is not known here",
        ),
        ({"who_may_vote": {"who": "taxpayers"}}, "taxpayers"),
        ({"who_may_vote": {"includes_workers": "yes"}}, "neither true nor false"),
        ({"who_may_vote": {"age_on": "soon"}}, "soon"),
        ({"format": "pacto-participe/charter/3"}, "not a charter: pacto-participe/charter/3"),
    ],
)
def test_what_a_newer_version_adds_is_refused_and_not_passed_over(change, sentence):
    newer = json.dumps(json.loads(stored()) | change)

    with pytest.raises(ValueError, match=sentence):
        Charter.from_text(newer)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, None),
        ({"age_on": date(2026, 12, 31)}, None),
        ({"age_on": date(2026, 11, 29)}, CharterProblem.AGE_DAY_TOO_EARLY),
        ({"age_on": date(2026, 11, 29), "minimum_age": 16}, None),
        ({"minimum_age": 19}, CharterProblem.AGE_UNKNOWABLE),
    ],
)
def test_a_rule_that_nobody_could_answer_is_not_frozen(said, problem):
    found = [found.code for found in problems_of_charter(with_rule(**said))]

    assert found == ([problem] if problem else [])
