"""A town says what it is called and how it is reached; nobody overwrites a colleague unseen."""

import asyncio

import pytest

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.domain.town_settings import (
    MARKS,
    Setting,
    TownSettings,
    read_public_phone,
    tidy,
)
from pacto_participe.collectivities.services import save_settings
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed
from pacto_participe.web.icons import read_icons
from pacto_participe.web.static_files import top_level
from tests.recorded import recorded
from tests.town import NEIGHBOUR_TOWN, TOWN

PAGE = "/fr/staff/tiznit/settings"
CHANGED = "collectivities:settings:changed"


async def test_what_an_administrator_says_stands_on_the_pages_of_the_town(
    database_url, site, administrator, visitor
):
    assert (await visitor.get("/fr/c/tiznit/")).says("Commune de Tiznit")
    page = await administrator.get(PAGE)

    page = await administrator.submit(
        page.form("/settings"),
        name_fr="Ville de Tiznit",
        tagline_fr="La cité de l’argent",
        phone="0528 60 12 34",
        mark="p-souk",
        controller_fr="Le président",
        cndp_number="D-W-77/2026",
    )

    assert page.says("Enregistré")
    home = await visitor.get("/fr/c/tiznit/")
    assert home.says("Ville de Tiznit", "La cité de l’argent")
    assert not home.says("Commune de Tiznit")
    assert (await visitor.get("/ar/c/tiznit/")).says("جماعة تيزنيت")
    (event,) = await recorded(site.web.database, CHANGED)
    assert event.role == "administrator"
    assert event.body["after"]["name_fr"] == "Ville de Tiznit"
    assert event.body["before"]["name_fr"] == ""
    assert set(event.body["changed"]) >= {"phone", "controller_fr", "cndp_number"}
    assert "président" not in str(event.body)
    assert "60 12 34" not in str(event.body)


async def test_saving_what_stands_already_writes_nothing(site, administrator):
    page = await administrator.get(PAGE)

    await administrator.submit(page.form("/settings"), leaves_nothing=True)

    assert await recorded(site.web.database, CHANGED) == []


async def test_two_administrators_do_not_overwrite_each_other_unseen(site, administrator):
    first = await administrator.get(PAGE)
    second = await administrator.get(PAGE)
    await administrator.submit(first.form("/settings"), hours_fr="9 h à 16 h")

    page = await administrator.submit(second.form("/settings"), hours_fr="8 h à 12 h", status=409)

    assert page.says("Quelqu’un d’autre a enregistré", "9 h à 16 h")
    form = page.form("/settings")
    assert form.fields["hours_fr"] == ["8 h à 12 h"]
    assert (await administrator.submit(form)).says("8 h à 12 h")


async def test_of_two_who_save_at_once_one_is_told(database_url, site):
    actor = Actor(person_id="a", roles=frozenset({(TOWN, Role.ADMINISTRATOR)}))

    async def save(name: str):
        async with site.work(actor) as uow:
            await save_settings(uow, TOWN, TownSettings(name_fr=name))

    outcomes = await asyncio.gather(save("Un"), save("Deux"), return_exceptions=True)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    async with site.web.database.read() as session:
        stands = await queries.settings_of(session, TOWN)
    assert stands.version == 1
    assert len(await recorded(site.web.database, CHANGED)) == 1


async def test_each_refusal_has_its_sentence_and_keeps_what_was_typed(administrator):
    page = await administrator.get(PAGE)

    page = await administrator.submit(
        page.form("/settings"), phone="12", email="a@", mark="../x", language="de", status=422
    )

    assert page.says("numéro de téléphone marocain", "adresse e-mail", "Choisissez")
    assert page.form("/settings").fields["phone"] == ["12"]


@pytest.mark.parametrize("name", [name for name in Setting if name not in ("mark", "language")])
async def test_hostile_text_in_each_field_is_shown_as_text_or_refused(administrator, name):
    page = await administrator.get(PAGE)
    form = page.form("/settings")

    await administrator.submit(form, status=422, **{name.value: "x" * 10_000})
    status = 422 if name in ("phone", "email") else 200
    page = await administrator.submit(form, status=status, **{name.value: "<script>\u202e'\""})

    assert "<script>\u202e" not in page.html
    assert status == 422 or page.form("/settings").fields[name.value] == ["<script>'\""]


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_page_speaks_every_language(administrator, lang):
    page = await administrator.get(f"/{lang}/staff/tiznit/settings")
    await administrator.submit(page.form("/settings"), phone="x", status=422)
    await administrator.submit(page.form("/settings"), phone="0528601234")
    await administrator.submit(page.form("/settings"), mark="p-well", language="fr", status=409)


async def test_short_links_speak_the_language_of_the_town_to_who_names_none(site, administrator):
    page = await administrator.get(PAGE)
    await administrator.submit(page.form("/settings"), language="fr")

    assert (await site.browser().get("/s/tiznit")).path == "/fr/c/tiznit/"
    assert (await site.browser(accept_language="ar-MA").get("/s/tiznit")).path == "/ar/c/tiznit/"
    assert (await site.browser().get("/s/tafraout")).path == "/ar/c/tafraout/"


async def test_nobody_else_sets_a_town_up(site, clerk):
    await clerk.get(PAGE, status=403)
    for role, town in ((Role.CLERK, TOWN), (Role.ADMINISTRATOR, NEIGHBOUR_TOWN)):
        with pytest.raises(NotAllowed):
            async with site.work(Actor(person_id="x", roles=frozenset({(town, role)}))) as uow:
                await save_settings(uow, TOWN, TownSettings(name_fr="x"))


async def test_an_administrator_finds_the_page_in_the_account(administrator):
    assert (await administrator.get("/fr/account")).link("Réglages de la collectivité") == PAGE


def test_every_sign_that_is_offered_is_drawn():
    icons = read_icons(top_level("static") / "img" / "icons.svg")

    assert set(MARKS) <= {icon.name for icon in icons.all}


@pytest.mark.parametrize(
    ("typed", "said"),
    [("+212 528-601234", "05 28 60 12 34"), ("00212661223344", "06 61 22 33 44"),
     ("+33 1 40 00 00 00", None), ("141", None), ("", None)],
)  # fmt: skip
def test_a_public_number_is_written_in_one_way(typed, said):
    assert read_public_phone(typed) == said


def test_what_cannot_be_seen_is_taken_out():
    assert tidy(" a\u202eb\r\n\x07c \t") == "ab\nc"
