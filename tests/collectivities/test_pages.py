import gzip
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from pacto_participe import app as app_module
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.web.guards import public
from pacto_participe.web.manifest import Feature
from pacto_participe.web.routing import get
from tests.collectivities.conftest import load
from tests.collectivities.registers import national_lines, national_register, national_slugs
from tests.collectivities.statements import counted

LARGEST_PAGE_BYTES = 20_000  # compressed, ux.md 12
HOME = "collectivity:home"


async def show_slug(request):
    return PlainTextResponse(request.path_params["slug"])


# The home of a collectivity belongs to a higher floor: here stands a sign with its slug.
SIGNPOST = Feature("signpost", routes=(get("/c/{slug}/", show_slug, name=HOME, may=public),))


class Reading(HTMLParser):
    """What the tests look at: links, headings, text with its language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.headings: list[str] = []
        self.langs: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(tag)
        if tag == "bdi" and values.get("lang"):
            self.langs.append(values["lang"])
        self.scripts += tag == "script"


@pytest.fixture
async def country_app(sqlite_url, tmp_path, monkeypatch):
    features = app_module.FEATURES
    if not any(route.name == HOME for feature in features for route in feature.routes):
        monkeypatch.setattr(app_module, "FEATURES", (*features, SIGNPOST))
    database = Database(sqlite_url)
    await load(database, national_lines())
    await database.close()
    settings = Settings(mode="test", database_url=sqlite_url, data_dir=tmp_path)
    clock = FrozenClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    return app_module.create_app(settings, clock=clock, background=False)


@pytest.fixture
async def client(country_app) -> AsyncIterator[httpx2.AsyncClient]:
    async with country_app.router.lifespan_context(country_app):
        transport = httpx2.ASGITransport(app=country_app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://town") as client:
            yield client


async def page(client, path: str, status: int = 200) -> tuple[str, Reading]:
    response = await client.get(path)
    assert response.status_code == status
    return response.text, Reading(response.text)


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_home_lists_every_region_and_draws_each_on_the_map(client, lang):
    html, reading = await page(client, f"/{lang}/")

    assert reading.headings[0] == "h1"
    for unit in national_register():
        if unit.type.value == "region":
            address = f"/{lang}/c/{national_slugs()[unit.collectivity_id]}/territory"
            assert reading.links.count(address) == 2
            assert unit.short_name(lang) in unescape(html)
    assert html.count("<path ") >= 12
    assert "© OpenStreetMap contributors" in html


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/ar/?q=أكادير", "/ar/c/agadir/"),
        ("/ar/?q=اكادير", "/ar/c/agadir/"),
        ("/fr/?q=agadir", "/fr/c/agadir/"),
        ("/zgh/?q=ⵟⴰⵏⵊ-ⵟⵉⵜⴰⵡⵉⵏ-ⵍⵃⵓⵙⵉⵎⴰ", "/zgh/c/region-tanger-tetouan-al-hoceima/"),
    ],
)
async def test_a_name_in_any_script_leads_to_its_place(client, path, first):
    _, reading = await page(client, path)

    results = [link for link in reading.links if re.fullmatch(r"/\w+/c/[a-z0-9-]+/", link)]
    assert results[0] == first


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/ar/?q=أكادير", "3 نتائج عن «أكادير»"),
        ("/ar/?q=ajdir taza", "نتيجة واحدة عن «ajdir taza»"),
        ("/ar/?q=ajdir", "نتيجتان عن «ajdir»"),
        ("/fr/?q=ajdir taza", "1 résultat pour «\u00a0ajdir taza\u00a0»"),
        ("/fr/?q=agadir", "3 résultats pour «\u00a0agadir\u00a0»"),
        ("/en/?q=agadir", "3 results for “agadir”"),
    ],
)
async def test_the_number_of_results_is_announced(client, path, sentence):
    html, _ = await page(client, path)

    assert f'<span role="status">{sentence}</span>' in unescape(html)


async def test_what_was_typed_is_shown_again_and_never_read_as_html(client):
    html, _ = await page(client, '/fr/?q="><script>alert(1)</script>')

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


async def test_a_slip_of_the_pen_is_answered_with_the_nearest_names(client):
    html, reading = await page(client, "/fr/?q=agadyr")

    assert "Aucun lieu ne s’appelle" in html
    assert "/fr/c/agadir/" in reading.links


async def test_a_name_like_no_other_leads_to_the_regions(client):
    html, reading = await page(client, "/ar/?q=xxxx")

    assert "لا يوجد مكان باسم «xxxx»" in html
    assert "#regions" in reading.links
    assert 'id="regions"' in html


async def test_long_results_can_be_paged_without_losing_the_question(client):
    _, first = await page(client, "/fr/?q=sidi")
    _, second = await page(client, "/fr/?q=sidi&page=2")

    assert "/fr/?q=sidi&page=2" in first.links
    assert "/fr/?q=sidi&page=1" in second.links
    assert "/fr/?q=sidi&page=3" in second.links


@pytest.mark.parametrize("page_number", ["0", "-1", "1000", "x", "99"])
async def test_a_page_of_results_that_does_not_exist_is_not_found(client, page_number):
    await page(client, f"/fr/?q=agadir&page={page_number}", 404)


async def test_a_resident_walks_from_the_country_to_the_commune_by_links_alone(client):
    _, country = await page(client, "/ar/")
    assert "/ar/c/region-souss-massa/territory" in country.links
    _, region = await page(client, "/ar/c/region-souss-massa/territory")
    assert "/ar/c/province-taroudannt/territory" in region.links
    _, province = await page(client, "/ar/c/province-taroudannt/territory")

    assert "/ar/c/oulad-teima/" in province.links
    assert "/ar/c/region-souss-massa/territory" in province.links


async def test_a_city_leads_to_its_boroughs(client):
    _, prefecture = await page(client, "/fr/c/prefecture-casablanca/territory")
    assert "/fr/c/casablanca/territory" in prefecture.links
    html, city = await page(client, "/fr/c/casablanca/territory")

    assert "16 arrondissements" in unescape(html)
    assert "/fr/c/casablanca-anfa/" in city.links


async def test_communes_stand_in_the_alphabetical_order_of_the_page(client):
    html, reading = await page(client, "/fr/c/province-taroudannt/territory")

    communes = [link for link in reading.links if re.fullmatch(r"/fr/c/[a-z0-9-]+/", link)]
    communes = [link for link in communes if "province-" not in link]
    assert len(communes) == 89
    assert communes[0] == "/fr/c/adar/"
    assert "89 communes" in unescape(html)


async def test_a_commune_without_boroughs_still_says_where_it_lies(client):
    html, reading = await page(client, "/en/c/agadir/territory")

    assert "Commune of Agadir" in html
    assert "504,768" in html
    assert "/en/c/prefecture-agadir-ida-ou-tanane/territory" in reading.links


async def test_an_unknown_place_is_not_found(client):
    await page(client, "/fr/c/atlantis/territory", 404)


@pytest.mark.parametrize("typed", ["nothing", "budgets/2026/nothing", "a%2Fb", "%00"])
async def test_an_address_with_nothing_at_it_leads_back_to_its_town(client, typed):
    html, reading = await page(client, f"/fr/c/agadir/{typed}", 404)

    assert "Commune d’Agadir" in html
    assert "/fr/c/agadir/" in reading.links


@pytest.mark.parametrize(
    "typed", ["c/atlantis/nothing", "c/a%00/nothing", "c//nothing", "c/", "d/agadir/nothing"]
)
async def test_an_address_in_no_town_leads_back_to_the_whole_country(client, typed):
    html, reading = await page(client, f"/fr/{typed}", 404)

    assert "Agadir" not in html
    assert "/fr/" in reading.links


async def test_an_amazigh_name_on_an_arabic_page_says_its_language(client):
    _, amazigh = await page(client, "/zgh/?q=ⴰⴳⴰⴷⵉⵔ")
    _, arabic = await page(client, "/ar/?q=ⴰⴳⴰⴷⵉⵔ")

    assert set(amazigh.langs) == {"zgh"}
    assert arabic.langs == []


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
@pytest.mark.parametrize("path", ["/", "/?q=sidi", "/?q=xxxx", "/c/province-taroudannt/territory"])
async def test_pages_are_light_and_need_no_script(client, lang, path):
    html, reading = await page(client, f"/{lang}{path}")

    assert len(gzip.compress(html.encode())) <= LARGEST_PAGE_BYTES
    assert reading.scripts == 0


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/fr/", 1),
        ("/fr/?q=sidi", 2),
        ("/fr/?q=agadyr", 3),
    ],
)
async def test_a_page_asks_the_database_a_fixed_number_of_questions(
    country_app, client, path, statements
):
    with counted(country_app.state.web.database) as sent:
        await page(client, path)

    assert len(sent) == statements
