import pytest

from pacto_participe.collectivities.domain.names import after_de
from tests.collectivities.registers import national_register, unit_named


@pytest.mark.parametrize(
    ("name", "kind", "ar", "fr", "en"),
    [
        ("Agadir", "commune", "جماعة أكادير", "Commune d’Agadir", "Commune of Agadir"),
        ("Tanger", "commune", "جماعة طنجة", "Commune de Tanger", "Commune of Tanger"),
        ("Tata", "province", "إقليم طاطا", "Province de Tata", "Province of Tata"),
        (
            "M'diq-Fnideq",
            "prefecture",
            "عمالة المضيق-الفنيدق",
            "Préfecture de M’diq-Fnideq",
            "Prefecture of M’diq-Fnideq",
        ),
        ("Anfa", "arrondissement", "مقاطعة انفا", "Arrondissement d’Anfa", "Borough of Anfa"),
        ("L'Oriental", "region", "جهة الشرق", "Région de l’Oriental", "Region of the Oriental"),
    ],
)
def test_a_name_comes_with_its_type_in_each_language(name, kind, ar, fr, en):
    unit = unit_named(name, kind)

    assert (unit.name("ar"), unit.name("fr"), unit.name("en")) == (ar, fr, en)


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("Oujda", "d’Oujda"),
        ("Oued Zem", "d’Oued Zem"),
        ("El Jadida", "d’El Jadida"),
        ("Al Hoceima", "d’Al Hoceima"),
        ("Ait Melloul", "d’Ait Melloul"),
        ("Imi-N’tlit", "d’Imi-N’tlit"),
        ("Es-Semara", "d’Es-Semara"),
        ("Harhoura", "de Harhoura"),
        ("Youssoufia", "de Youssoufia"),
        ("Dakhla", "de Dakhla"),
        ("L’Oriental", "de l’Oriental"),
    ],
)
def test_french_elides_before_a_vowel_and_only_there(name, phrase):
    assert after_de(name) == phrase


def test_an_amazigh_name_is_used_where_it_is_known():
    region = unit_named("Souss-Massa", "region")

    assert region.name("zgh") == "ⵙⵓⵙⵙ-ⵎⴰⵙⵙⴰ"
    assert region.name_language("zgh") == "zgh"


def test_where_no_amazigh_name_is_known_arabic_stands_in_and_says_so():
    commune = unit_named("Agadir", "commune")

    assert commune.name("zgh") == "جماعة أكادير"
    assert commune.short_name("zgh") == "أكادير"
    assert commune.name_language("zgh") == "ar"
    assert commune.name_language("fr") == "fr"


def test_no_name_shows_a_typewriter_apostrophe_or_a_footnote_sign():
    shown = [unit.name(lang) for unit in national_register() for lang in ("ar", "fr", "en", "zgh")]

    assert not [name for name in shown if "'" in name or "*" in name]
