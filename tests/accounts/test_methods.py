"""Every method of residence has its place on the page, its name and its words."""

from pathlib import Path

import pytest

from pacto_participe.accounts import wording
from pacto_participe.accounts.domain.methods import METHODS
from pacto_participe.accounts.domain.people import Method
from pacto_participe.voting.wording.publication import method_words
from pacto_participe.web.i18n import speaking
from pacto_participe.web.sentences import Sentences

TEMPLATES = Path(__file__).parents[2] / "templates" / "accounts" / "methods"


def test_every_method_that_can_be_kept_is_in_the_registry():
    assert set(METHODS.names) == {method.value for method in Method}


def test_every_method_has_its_words_for_residents_and_no_words_are_left_over():
    assert {path.stem for path in TEMPLATES.glob("*.html")} == set(METHODS.names)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_only_what_residents_use_themselves_has_a_form_or_a_button(method):
    words = (TEMPLATES / f"{method.name}.html").read_text("utf-8")

    assert ("<form" in words or "{{ btn(" in words) is method.is_self_service


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_counts_by_method_name_it_in_three_languages(method):
    said = set()
    for language in ("ar", "fr", "en"):
        with speaking(language):
            said.add(Sentences(*wording.WORDINGS).of(method.method))

    assert len(said) == 3


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_results_name_it_in_three_languages(method):
    said = set()
    for language in ("ar", "fr", "en"):
        with speaking(language):
            said.add(method_words(method.name))

    assert len(said - {method.name}) == 3


async def test_no_page_promises_what_nobody_does_in_the_town(town_hall, visitor):
    page = await visitor.get("/fr/c/ajdir/residence")

    assert page.says("Guichet") or page.says("guichet")
    assert not page.says("J’ai reçu une lettre")
    assert not page.says("médiateur")
