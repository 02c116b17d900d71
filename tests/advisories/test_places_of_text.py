"""Where hostile text came in elsewhere: the same place here, one test for each advisory."""

import pytest

from pacto_participe.collectivities.forms import SettingsForm
from pacto_participe.kernel.languages import Texts
from tests.advisories.walk import HOSTILE, ask, faults, places
from tests.pages import Browser
from tests.town import TOWN_SLUG, Edition, LiveSite
from tests.voting.test_votes_of_the_staff import EDITION, announce, freeze, prepare

WORDS = HOSTILE.partition("\r")[0]
SENT = {"Sec-Fetch-Site": "same-origin"}
STAFF = f"/fr/staff/{TOWN_SLUG}"
TOWN_PAGE = f"/fr/c/{TOWN_SLUG}"


async def shown(browser: Browser, *paths: str, at_least: int = 1) -> None:
    """The hostile words stand on so many of the pages, as text and as nothing else."""
    found = 0
    for path in paths:
        answer = await browser.http.get(path)
        assert answer.status_code == 200, path
        assert faults(answer) == [], path
        found += "&lt;hostile" in answer.text
    assert found >= at_least


async def test_cve_2026_45572_what_a_town_writes_of_itself_is_text(
    site: LiveSite, administrator: Browser, visitor: Browser
) -> None:
    """Content blocks of Decidim ran what their editors wrote."""
    page = await administrator.get(f"{STAFF}/settings")
    fields = page.form("/settings").filled({})
    texts = [name for name in SettingsForm.model_fields if name.endswith(("_ar", "_fr"))]
    fields |= {name: [WORDS[:60]] for name in texts if name in fields}
    answer = await administrator.http.post(f"{STAFF}/settings", data=fields, headers=SENT)

    assert answer.status_code == 303, answer.text
    await shown(visitor, f"{TOWN_PAGE}/", f"{TOWN_PAGE}/privacy", f"{TOWN_PAGE}/accessibility")
    await shown(administrator, f"{STAFF}/settings")


async def test_cve_2024_45594_nothing_of_another_site_is_embedded(
    site: LiveSite, open_edition: Edition, administrator: Browser
) -> None:
    """An embedded meeting of Decidim ran a script. No page here has a frame, and none would be loaded."""
    for place in places(site, "GET"):
        answer = await ask(administrator, place, {"embed": "1", "url": "https://evil.example/"})
        assert not any(f"<{tag}" in answer.text for tag in ("iframe", "object", "embed", "frame"))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-src" not in policy


async def test_cve_2024_41673_what_was_and_what_should_be_is_text(
    site: LiveSite, resident: Browser, clerk: Browser
) -> None:
    """The page that compares versions ran them. Here a clerk compares what is held and what is said."""
    fields = {"town": "09.581.01.07", "wrong": "district", "said": WORDS}
    asked = await resident.http.post("/fr/account/correction", data=fields, headers=SENT)
    assert asked.status_code == 303, asked.text
    queue = await clerk.get(f"{STAFF}/queue")
    case = next(path for path in queue.links.values() if "/queue/" in path)
    await clerk.http.post(f"{case}/taking", headers=SENT)

    await shown(clerk, case)


@pytest.fixture
async def hostile_vote(site: LiveSite) -> str:
    """Its title and its summary are hostile. The address of its page."""
    hostile = Texts.of({"ar": WORDS, "fr": WORDS})
    await prepare(site, title=hostile, summary=hostile)
    await announce(site)
    await freeze(site)
    return f"{TOWN_PAGE}/budgets/{EDITION}/"


async def test_cve_2024_39910_what_is_written_at_length_is_text(
    visitor: Browser, hostile_vote: str
) -> None:
    """The editor of Decidim kept markup. Here there is none: what is written at length is paragraphs."""
    page = await visitor.http.get(hostile_vote)

    assert faults(page) == []
    assert page.text.count("&lt;hostile") >= 2


async def test_helios_4128c585_the_title_of_a_vote_is_text(
    visitor: Browser, administrator: Browser, hostile_vote: str
) -> None:
    await shown(
        visitor, hostile_vote, f"{hostile_vote}can-i-vote", f"{hostile_vote}poster",
        f"{hostile_vote}paper", f"{TOWN_PAGE}/", at_least=4,
    )  # fmt: skip
    await shown(administrator, f"{STAFF}/votes", f"{STAFF}/votes/{EDITION}", at_least=2)


@pytest.mark.parametrize("name", ["page", "per_page", "limit", "offset", "cursor"])
async def test_cve_2024_32469_a_hostile_number_of_lines_is_text(
    site: LiveSite, open_edition: Edition, administrator: Browser, name: str
) -> None:
    for place in places(site, "GET"):
        answer = await ask(administrator, place, {name: HOSTILE})
        assert faults(answer) == [], str(place)


async def test_cve_2024_32034_what_the_journal_tells_is_text(
    site: LiveSite, administrator: Browser, open_edition: Edition
) -> None:
    """The activity log of Decidim ran what it told. The list of one's browsers shows no word of theirs."""
    for reason in (WORDS, "=HYPERLINK(1)"):
        sent = {"reason": reason, "act": "freeze", "title": reason}
        await administrator.http.post(
            f"{STAFF}/votes/2026/roll", data=sent, headers={**SENT, "User-Agent": "<hostile>"}
        )
    for path in (
        f"{STAFF}/journal",
        f"{TOWN_PAGE}/journal",
        f"{STAFF}/journal/export",
        "/fr/account",
    ):
        answer = await administrator.http.get(path, headers={"User-Agent": "<hostile>"})
        assert answer.status_code == 200
        assert faults(answer) == []
        assert "<hostile" not in answer.text
        assert "\n=" not in answer.text


def sent_as(name: str, content: str) -> dict[str, tuple[str, str, str]]:
    return {"file": (name, content, "text/csv")}


async def test_cve_2024_27095_what_an_uploaded_file_holds_is_text(administrator: Browser) -> None:
    """Administrators of Decidim saw records of an upload run. Here: of the list and of the letters."""
    hostile = f"{WORDS},{WORDS},{WORDS},{WORDS},{WORDS}\n"
    for page in ("list", "letters"):
        for heads in ("cnie,birth_date,district\n", f"{WORDS}\n"):
            answer = await administrator.http.post(
                f"{STAFF}/{page}", data={"act": "check"}, headers=SENT,
                files=sent_as("list.csv", heads + hostile),
            )  # fmt: skip
            assert answer.status_code in (200, 422)
            assert faults(answer) == []


async def test_cve_2023_51447_the_name_of_an_uploaded_file_is_text(administrator: Browser) -> None:
    for page in ("list", "letters"):
        for act in ("check", "import"):
            answer = await administrator.http.post(
                f"{STAFF}/{page}", data={"act": act}, headers=SENT,
                files=sent_as(f"{WORDS}.csv", "cnie,birth_date\nJT4321,12/03/1987\n"),
            )  # fmt: skip
            assert answer.status_code in (200, 422)
            assert faults(answer) == []


async def test_cve_2023_34089_what_a_list_is_filtered_by_is_text(
    open_edition: Edition, resident: Browser, administrator: Browser
) -> None:
    filters = {"q": WORDS, "area": WORDS, "kind": WORDS, "state": WORDS, "from": WORDS}
    for path in ("/fr/", open_edition.path("projects/"), open_edition.path("ballot")):
        answer = await resident.http.get(path, params=filters)
        assert answer.status_code == 200, path
        assert faults(answer) == [], path
    searched = await resident.http.get(open_edition.path("projects/"), params={"q": WORDS})
    assert "&lt;hostile" in searched.text
    for path in ("journal", "queue", "votes", "rolls"):
        assert faults(await administrator.http.get(f"{STAFF}/{path}", params=filters)) == []


@pytest.mark.parametrize(
    "page", ["ballot", "ballot/review", "ballot/swap/4", "receipts", "identity"]
)
async def test_helios_e4ce2caf_what_the_address_of_the_booth_says_is_text(
    open_edition: Edition, resident: Browser, page: str
) -> None:
    """The booth of Helios took what to show from its own address."""
    names = ("area", "change", "code", "election_url", "from", "next", "print", "show", "type", "q")
    answer = await resident.http.get(open_edition.path(page), params=dict.fromkeys(names, HOSTILE))

    assert answer.status_code in (200, 303)
    assert faults(answer) == []


@pytest.mark.parametrize(
    "field",
    ["p", "confirmation", "replaces", "swap", "show", "type", "look", "leaves", "code"],
)
async def test_helios_127_what_a_form_of_the_booth_brings_is_text(
    open_edition: Edition, resident: Browser, field: str
) -> None:
    for page in ("ballot", "ballot/draft", "ballot/confirm", "ballot/swap/4", "identity"):
        answer = await resident.http.post(
            open_edition.path(page), data={field: HOSTILE}, headers=SENT
        )
        assert answer.status_code in (303, 409, 422), page
        assert faults(answer) == [], page
