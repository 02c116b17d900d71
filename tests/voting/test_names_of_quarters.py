"""A resident's quarter is told by its name in the language of the page, on the pages of the account too."""

import pytest

from pacto_participe.kernel.languages import Texts
from tests.town import NEIGHBOUR_TOWN, LiveSite, make_edition

AREAS = (("المركز", Texts.of({"ar": "المركز", "fr": "Centre-ville", "en": "Town centre"})),)
PAGES = ("account", "c/tiznit/residence")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("lang", "name"), [("ar", "المركز"), ("fr", "Centre-ville"), ("en", "Town centre")]
)
async def test_the_quarter_has_its_name_in_each_language(
    site: LiveSite, page: str, lang: str, name: str
) -> None:
    """It is stored once, as the town wrote it down."""
    await make_edition(site, areas=AREAS)
    person_id = await site.person()
    await site.verify(person_id, "JB 777", district="المركز")

    shown = await (await site.sign_in(person_id)).get(f"/{lang}/{page}")

    assert shown.says(name)
    assert lang == "ar" or not shown.says("المركز")


@pytest.mark.parametrize("page", PAGES)
async def test_a_quarter_that_no_vote_names_is_told_as_it_was_written(
    site: LiveSite, page: str
) -> None:
    await make_edition(site, areas=AREAS)
    person_id = await site.person()
    await site.verify(person_id, "JB 777", district="حي الرياض")

    shown = await (await site.sign_in(person_id)).get(f"/fr/{page}")

    assert shown.says("حي الرياض")


async def test_another_town_does_not_name_the_quarters_of_this_one(site: LiveSite) -> None:
    await make_edition(site, town=NEIGHBOUR_TOWN, areas=AREAS)
    person_id = await site.person()
    await site.verify(person_id, "JB 777", district="المركز")

    shown = await (await site.sign_in(person_id)).get("/fr/account")

    assert shown.says("المركز")
