import pytest

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.domain.search import name_query
from pacto_participe.kernel.errors import NotFound
from tests.collectivities.statements import counted


async def found(database, typed: str, page: int = 1) -> list[str]:
    async with database.read() as session:
        places = await queries.places_named(session, name_query(typed), page)
    return [place.collectivity.slug for place in places.places]


@pytest.mark.parametrize(
    "typed", ["أكادير", "اكادير", "agadir", "AGADIR", "أڭادير", "جماعة أكادير", "Commune d’Agadir"]
)
async def test_agadir_is_found_however_it_is_written(country, typed):
    assert (await found(country, typed))[0] == "agadir"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("ⵟⴰⵏⵊ-ⵟⵉⵜⴰⵡⵉⵏ-ⵍⵃⵓⵙⵉⵎⴰ", "region-tanger-tetouan-al-hoceima"),
        ("ⵟⴰⵏⵊ", "region-tanger-tetouan-al-hoceima"),
        ("الدار البيضاء", "casablanca"),
        ("والعيون", "laayoune"),
        ("fes", "fes"),
        ("préfecture de Fès", "prefecture-fes"),
        ("L'Oriental", "region-oriental"),
        ("beni mellal", "beni-mellal"),
        ("ajdir taza", "ajdir-taza"),
        ("fès agdal", "fes-agdal"),
        ("mdiq", "mdiq"),
        ("Marrakesh", "marrakech"),
    ],
)
async def test_the_place_that_was_meant_comes_first(country, typed, slug):
    assert (await found(country, typed))[0] == slug


async def test_whole_names_come_before_beginnings_and_beginnings_before_words(country):
    slugs = await found(country, "taza")

    assert slugs[:2] == ["taza", "province-taza"]
    assert slugs.index("tazart") < slugs.index("bab-taza")


async def test_every_word_must_fit(country):
    assert await found(country, "agadir taza") == []


async def test_a_type_alone_lists_all_of_it_the_largest_first(country):
    async with country.read() as session:
        regions = await queries.places_named(session, name_query("جهة"), 1)

    populations = [place.collectivity.population for place in regions.places]
    assert regions.total == len(populations) == 12
    assert populations == sorted(populations, reverse=True)


async def test_long_lists_come_in_pages_that_repeat_nothing(country):
    async with country.read() as session:
        first = await queries.places_named(session, name_query("sidi"), 1)
        second = await queries.places_named(session, name_query("sidi"), 2)
        beyond = await queries.places_named(session, name_query("sidi"), 99)

    ids = [place.collectivity.collectivity_id for place in (*first.places, *second.places)]
    assert len(ids) == len(set(ids)) == 40
    assert first.total == second.total > 150
    assert first.pages == -(-first.total // 20)
    assert beyond.places == ()


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "|", "'", "%' OR 1=1 --"])
async def test_signs_find_nothing_and_break_nothing(country, typed):
    assert "agadir" not in await found(country, typed)


async def test_a_result_says_what_it_lies_in(country):
    async with country.read() as session:
        places = await queries.places_named(session, name_query("ajdir"), 1)
        region = await queries.places_named(session, name_query("souss massa"), 1)

    assert {place.parent.name_fr for place in places.places if place.parent} >= {
        "Taza",
        "Al Hoceima",
    }
    assert region.places[0].parent is None


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("agadyr", "agadir"),
        ("khoribga", "khouribga"),
        ("ورزازاة", "ouarzazate"),
        ("chaouen", "chefchaouen"),
        ("شاون", "chefchaouen"),
    ],
)
async def test_a_slip_of_the_pen_is_met_with_the_nearest_names(country, typed, slug):
    async with country.read() as session:
        near = await queries.places_like(session, name_query(typed))

    assert slug in [place.slug for place in near]
    assert len(near) <= queries.MOST_SUGGESTIONS


async def test_nothing_is_suggested_for_what_resembles_no_name(country):
    async with country.read() as session:
        assert await queries.places_like(session, name_query("xxxx")) == ()
        assert await queries.places_like(session, name_query("")) == ()


async def test_a_borough_lies_in_its_city_its_prefecture_and_its_region(country):
    async with country.read() as session:
        anfa = await queries.collectivity_by_slug(session, "casablanca-anfa")
        region = await queries.collectivity_by_slug(session, "region-souss-massa")
        around = await queries.lies_in(session, anfa)

        assert await queries.lies_in(session, region) == ()
    assert [place.slug for place in around] == [
        "region-casablanca-settat",
        "prefecture-casablanca",
        "casablanca",
    ]


async def test_the_country_can_be_walked_from_region_to_commune(country):
    async with country.read() as session:
        regions = await queries.regions(session)
        provinces = await queries.parts_of(session, "09")
        communes = await queries.parts_of(session, "09.541")

    assert len(regions) == 12
    assert sum(region.parts for region in regions) == 75
    assert [part.collectivity.slug for part in provinces][:2] == [
        "prefecture-agadir-ida-ou-tanane",
        "province-chtouka-ait-baha",
    ]
    assert {part.collectivity.collectivity_id: part.parts for part in provinces}["09.541"] == 89
    assert len(communes) == 89


async def test_an_unknown_address_or_code_is_not_found(country):
    async with country.read() as session:
        with pytest.raises(NotFound):
            await queries.collectivity_by_slug(session, "atlantis")
        with pytest.raises(NotFound):
            await queries.collectivity_by_id(session, "99")


async def test_every_question_sends_one_statement(country):
    async with country.read() as session:
        anfa = await queries.collectivity_by_slug(session, "casablanca-anfa")
        for question in (
            queries.collectivity_by_slug(session, "agadir"),
            queries.collectivity_by_id(session, "09"),
            queries.lies_in(session, anfa),
            queries.parts_of(session, "09.541"),
            queries.regions(session),
            queries.places_named(session, name_query("sidi"), 1),
            queries.places_like(session, name_query("sidy")),
            queries.known_units(session),
        ):
            with counted(country) as sent:
                await question
            assert len(sent) == 1, sent
