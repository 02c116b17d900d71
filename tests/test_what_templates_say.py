"""What templates say: translated, with values that cannot become markup, and shares rounded half up."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pacto_participe.web import i18n
from pacto_participe.web.formats import percent, percent_of
from pacto_participe.web.templating import gettext, ngettext


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    before = i18n.current().code
    i18n.speak("en")
    yield
    i18n.speak(before)


def test_a_value_in_a_sentence_is_escaped_and_the_sentences_own_markup_stays() -> None:
    said = gettext("<b>%(amount)s</b> over what is left", amount="<script>")

    assert said == Markup("<b>&lt;script&gt;</b> over what is left")


def test_markup_given_as_a_value_stays_markup() -> None:
    assert gettext("%(share)s of the budget", share=Markup("<i>1</i>")) == "<i>1</i> of the budget"


def test_the_form_for_a_number_may_name_the_number_or_only_its_values() -> None:
    assert ngettext("%(num)s ballot", "%(num)s ballots", 2) == "2 ballots"
    assert ngettext("%(count)s ballot", "%(count)s ballots", 1, count="one") == "one ballot"


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(0, 2))
def test_a_share_of_whole_numbers_reads_as_the_same_fraction_does(
    part: int, whole: int, places: int
) -> None:
    assert percent(part, whole, places=places) == percent_of(Fraction(part, whole), places=places)


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(225, 1000, "23%"), (224, 1000, "22%"), (1, 8, "13%"), (0, 7, "0%")]
)
def test_a_half_is_rounded_up(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


@pytest.mark.parametrize(("places", "said"), [(0, "99%"), (1, "99.9%")])
def test_what_is_not_all_of_it_is_never_told_as_a_hundred_percent(places: int, said: str) -> None:
    assert percent(9_999, 10_000, places=places) == said
    assert percent(10_000, 10_000, places=places) == "100%"


def test_a_share_of_nothing_is_nothing() -> None:
    assert percent(3, 0) == "0%"
