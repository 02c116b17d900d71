import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.collectivities.domain import CollectivityType
from pacto_participe.collectivities.domain.search import (
    likeness,
    name_query,
    nearest,
    searched_text,
)
from tests.collectivities.registers import national_register, unit_named


def test_all_names_of_a_unit_are_searched():
    assert (
        searched_text(unit_named("Souss-Massa", "region"))
        == "| souss massa | سوس ماسه | ⵙⵓⵙⵙ ⵎⴰⵙⵙⴰ |"
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("أكادير", ("اكادير",)),
        ("Commune d’Agadir", ("agadir",)),
        ("جماعة أكادير", ("اكادير",)),
        ("commune de la Fès", ("fes",)),
        ("Ouled Teïma", ("oulad", "teima")),
        ("Beni Mellal", ("bni", "mellal")),
        ("El Hoceima", ("al", "hoceima")),
        ("Marrakesh", ("marrakech",)),
        ("%", ()),
        ("", ()),
        ("a b c d e f g h", ("a", "b", "c", "d", "e", "f")),
    ],
)
def test_what_was_typed_is_read_as_the_words_that_tell(typed, words):
    assert name_query(typed).words == words


@pytest.mark.parametrize(
    ("typed", "types"),
    [
        ("جهة سوس", {CollectivityType.REGION}),
        ("régions", {CollectivityType.REGION}),
        ("إقليم تازة", {CollectivityType.PROVINCE}),
        ("commune", {CollectivityType.COMMUNE_URBAN, CollectivityType.COMMUNE_RURAL}),
        ("borough of Anfa", {CollectivityType.ARRONDISSEMENT}),
        ("agadir commune", set()),
    ],
)
def test_a_type_typed_first_narrows_the_search(typed, types):
    assert name_query(typed).types == types


def test_the_nearest_names_begin_most_alike_and_the_best_known_comes_first():
    candidates = [
        ("1", "| agadir |"),
        ("2", "| agadir malloul |"),
        ("3", "| agafay |"),
        ("4", "| fes |"),
    ]

    assert nearest(name_query("agadyr"), candidates, most=5) == ["1", "2", "3"]
    assert nearest(name_query("agadyr"), candidates, most=1) == ["1"]
    assert nearest(name_query("agadyr"), [], most=5) == []


@given(st.sampled_from(national_register()), st.sampled_from(["fr", "ar"]))
def test_every_unit_is_spelled_in_its_searched_text_as_its_name_is_asked(unit, lang):
    query = name_query(f"commune {unit.short_name(lang)}")
    searched = searched_text(unit)

    assert all(f" {word}" in searched for word in query.words)
    assert likeness(query, searched) == max(map(len, query.words))
