"""The pages on personal data and on accessibility say what is set, and say plainly what is not."""

import pytest

from tests.statements import counted

PRIVACY = "/fr/c/tiznit/privacy"
ACCESS = "/fr/c/tiznit/accessibility"
SETTINGS = "/fr/staff/tiznit/settings"


async def test_a_town_that_set_nothing_says_so(visitor):
    page = await visitor.get(PRIVACY)

    assert page.says("n’a pas encore indiqué qui répond", "n’est pas encore indiqué")
    assert page.says("n’a pas encore indiqué comment la joindre")
    assert (await visitor.get(ACCESS)).says("n’a pas encore indiqué comment la joindre")


async def test_what_administrators_set_stands_on_both_pages_and_under_every_page(
    database_url, visitor, administrator
):
    page = await administrator.get(SETTINGS)
    await administrator.submit(
        page.form("/settings"),
        controller_fr="La commune de Tiznit, représentée par son président",
        controller_address="12, avenue Mohammed V",
        cndp_number="D-W-77/2026",
        phone="0528601234",
        email="contact@tiznit.ma",
        hours_fr="De 9 h à 16 h",
        address_ar="شارع محمد الخامس",
    )

    page = await visitor.get(PRIVACY)
    assert page.says("représentée par son président", "12, avenue Mohammed V", "D-W-77/2026")
    assert not page.says("pas encore indiqué")
    page = await visitor.get(ACCESS)
    assert page.says("05 28 60 12 34", "contact@tiznit.ma", "De 9 h à 16 h", "شارع محمد الخامس")
    home = await visitor.get("/fr/c/tiznit/")
    assert home.says("D-W-77/2026")
    assert home.link("Données personnelles") == PRIVACY
    assert home.link("Accessibilité") == ACCESS


async def test_every_kind_of_data_is_told_with_its_period(site, visitor):
    page = await visitor.get(PRIVACY)
    kinds = site.web.extras["retention"].kinds

    assert len(kinds) > 5
    assert sum(1 for _ in page.tree.elements("details")) == len(kinds)


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
@pytest.mark.parametrize("path", ["privacy", "accessibility"])
async def test_they_speak_every_language_at_one_question(site, visitor, lang, path):
    await visitor.get(f"/{lang}/c/tiznit/")

    with counted(site.web.database) as sent:
        await visitor.get(f"/{lang}/c/tiznit/{path}")

    assert len([one for one in sent if "data_version" not in one]) == 1


async def test_hostile_settings_are_text_there_too(visitor, administrator):
    page = await administrator.get(SETTINGS)
    hostile = "<script>alert(1)</script>"
    await administrator.submit(
        page.form("/settings"), controller_fr=hostile, controller_address=hostile,
        hours_fr=hostile, address_fr=hostile, cndp_number=hostile, tagline_fr=hostile,
    )  # fmt: skip

    for path in (PRIVACY, ACCESS, "/fr/c/tiznit/"):
        assert "<script>alert" not in (await visitor.get(path)).html
