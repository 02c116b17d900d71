"""The catalogue checks: what would break a page in one language only is found before it is shown."""

import pytest
from babel.messages.catalog import Catalog

from checks.catalogues import of_catalogue
from checks.messages import PLURAL_FORMS, set_header


def catalogue(language: str, source, translation, **options) -> Catalog:
    made = Catalog(locale=language, domain="web", charset="utf-8")
    set_header(made, language, "web")
    made.add(source, translation, **options)
    return made


@pytest.mark.parametrize(("source", "arabic"), [
    ("Vote", "صوّتوا"),
    ("Closes on %(day)s", "يُغلق يوم %(day)s"),
    ("%(share)s %% of the roll", "%(share)s %% من اللائحة"),
    ("<b>Open</b>", "<b>مفتوح</b>"),
    (("One ballot", "%(num)s ballots"),
     ("لا ورقة", "ورقة واحدة", "ورقتان", "%(num)s أوراق", "%(num)s ورقة", "%(num)s ورقة")),
    ("PDF", "PDF"),
])  # fmt: skip
def test_a_good_translation_passes(source, arabic):
    assert list(of_catalogue(catalogue("ar", source, arabic), "ar")) == []


@pytest.mark.parametrize(("source", "arabic", "instruction"), [
    ("Vote", "", "translate 'Vote'"),
    ("Closes on %(day)s", "يُغلق قريبا", "use the places"),
    ("Closes on %(day)s", "يُغلق يوم %(date)s", "use the places"),
    ("Half", "50 % تماما", "write %%"),
    ("Closes on %(day)s", "يُغلق يوم %(day)", "write %%"),
    ("Open", "<script>مفتوح</script>", "use the tags"),
    ("<b>Open</b>", "مفتوح", "use the tags"),
    ("Who may vote here?", "من يصوت هنا?", "Arabic marks"),
    ("Thank you, come again", "Thank you, come again", "write Arabic"),
    (("One ballot", "%(num)s ballots"), ("ورقة", "", "", "", "", ""), "translate"),
])  # fmt: skip
def test_what_would_break_a_page_is_an_instruction(source, arabic, instruction):
    found = list(of_catalogue(catalogue("ar", source, arabic), "ar"))

    assert any(instruction in problem for problem in found), found


def test_a_fuzzy_translation_is_not_a_translation():
    found = list(of_catalogue(catalogue("fr", "Vote", "Votez", flags=["fuzzy"]), "fr"))

    assert found == ["translate 'Vote' and remove its fuzzy mark"]


def test_arabic_plurals_are_those_that_readers_expect():
    swapped = catalogue("ar", "Vote", "صوّتوا")
    swapped.mime_headers = [("Plural-Forms", PLURAL_FORMS["fr"])]

    found = list(of_catalogue(swapped, "ar"))

    assert found == [f'the header must say "Plural-Forms: {PLURAL_FORMS["ar"]}"']


def test_amazigh_may_be_left_for_later():
    assert list(of_catalogue(catalogue("zgh", "Vote", ""), "zgh")) == []
