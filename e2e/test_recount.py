"""Counting again in the visitor's browser: on the page, and from one file on the disk without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from e2e.counted_town import counted_town
from e2e.looking import OVERFLOW, violations
from e2e.phones import watched
from pacto_participe.voting.domain import PRESETS, Parameters
from tests.voting.verification.publications import SIXTY_BALLOTS, charter_of_five

POINTS = {"1:5,2:5": 30, "2:4,3:2,5:4": 21, "1:1,5:5": 4}
VOTES = (
    (charter_of_five(parameters=PRESETS["equal-shares-add1"]), SIXTY_BALLOTS),
    (charter_of_five(vote_id="a" * 32, edition="2025", ballot_kind="points",
                     ballot_limits={"total": 10, "max_each": 5, "min_projects": 2},
                     parameters=Parameters(score="points")), POINTS),
    (charter_of_five(vote_id="b" * 32, edition="2024"), {"1,4": 20, "2": 9}),
    (charter_of_five(vote_id="c" * 32, edition="2023", parameters=PRESETS["equal-shares"]),
     {"1,4": 20, "2": 9}),
    (charter_of_five(vote_id="d" * 32, edition="2022", ballot_kind="ranking",
                     ballot_limits={"top": 3},
                     parameters=Parameters(score="borda", borda_top=3)),
     {"1,4": 30, "4,1,3": 21, "2": 4}),
    (charter_of_five(vote_id="e" * 32, edition="2021", ballot_kind="choose-one",
                     ballot_limits={}), {"1": 30, "4": 25}),
    (charter_of_five(vote_id="9" * 32, edition="2020", ballot_kind="knapsack",
                     ballot_limits={"budget": 120_000_000}), {"1,2,4": 30, "3,5": 25}),
)  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with counted_town(tmp_path_factory.mktemp("town"), VOTES) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone of 360 px. Complaints of its console fail the test, those about a network apart."""
    page = chromium.new_page(viewport={"width": 360, "height": 640}, service_workers="block")
    page.set_default_timeout(8000)
    with watched(page, apart=("status of", "ERR_")):
        yield page


def recount(page: Page, town: str, edition: str = "2026", lang: str = "fr") -> None:
    page.goto(f"{town.replace('LANG', lang)}{edition}/results/recount")
    page.locator("[data-start]:visible").click()


def state(page: Page, name: str) -> None:
    expect(page.locator(f"[data-state={name}]")).to_be_visible(timeout=15_000)
    shown = page.locator("#recount [data-state]:visible")
    assert shown.count() == 1


@pytest.mark.parametrize("edition", ["2026", "2025", "2022", "2021", "2020"])
def test_the_same_result_comes_out_for_every_ballot_kind(phone, town, edition):
    recount(phone, town, edition)

    state(phone, "same")
    expect(phone.locator("[data-state=same] [data-from-totals]")).to_be_hidden()


def test_the_fingerprints_of_rules_and_box_are_shown(phone, town):
    charter, contents = VOTES[0]
    recount(phone, town)
    state(phone, "same")

    shown = phone.locator("[data-state=same]").inner_text().replace(" ", "")
    assert charter.fingerprint in shown
    assert str(sum(contents.values())) in shown


@pytest.mark.parametrize(("lang", "words"), [
    ("ar", "النتيجة نفسها"), ("fr", "Même résultat"), ("en", "Same result"),
])  # fmt: skip
def test_it_says_so_in_the_language_of_the_page(phone, town, lang, words):
    recount(phone, town, lang=lang)

    state(phone, "same")
    expect(phone.locator("[data-state=same] h2")).to_have_text(words)


def test_a_small_vote_is_counted_from_its_totals_and_says_so(phone, town):
    recount(phone, town, "2024")

    state(phone, "same")
    expect(phone.locator("[data-state=same] [data-from-totals]")).to_be_visible()


def test_a_small_vote_by_equal_shares_is_left_to_observers(phone, town):
    recount(phone, town, "2023")

    state(phone, "secret")


def replace_in(name: str, old: bytes, new: bytes, times: int = 1):
    """A file that is another on the way to the browser."""

    def fulfil(route: Route) -> None:
        response = route.fetch()
        assert old in response.body()
        route.fulfill(response=response, body=response.body().replace(old, new, times))

    return f"**/data/{name}", fulfil


def codes(page: Page) -> set[str]:
    items = page.locator("[data-differences] > li").all()
    return {item.get_attribute("data-difference") or "" for item in items}


@pytest.mark.parametrize(("name", "old", "new", "code"), [
    ("ballots.csv", b'"1,4"', b'"1,5"', "votes"),
    ("ballots.csv", b'"1,4"', b'"1,5"', "box"),
    ("result.json", b'"winners": [\n  "1"', b'"winners": [\n  "2"', "order"),
    ("result.json", b'"funded": true', b'"funded": false', "funded"),
    ("result.json", b'\n "spent_cents": "1', b'\n "spent_cents": "2', "money"),
    ("result.json", b'"price": "1', b'"price": "2', "round"),
    ("result.json", b'"share": "39', b'"share": "38', "share"),
    ("result.json", b'"charter": "', b'"charter": "0', "charter"),
    ("result.json", b'"ballots": 60', b'"ballots": 61', "ballots"),
    ("manifest.json", b'"budget_cents":120000000', b'"budget_cents":120000001', "money"),
    ("manifest.json", b'"cost_cents":28000000', b'"cost_cents":28000001', "cost"),
    ("projects.csv", b"280000", b"280001", "file"),
])  # fmt: skip
def test_what_differs_is_named(phone, town, name, old, new, code):
    phone.route(*replace_in(name, old, new))

    recount(phone, town)

    state(phone, "differs")
    assert code in codes(phone)
    assert "file" in codes(phone)


def test_after_a_difference_one_may_count_once_more(phone, town):
    phone.route(*replace_in("ballots.csv", b'"1,4"', b'"1,5"'))
    recount(phone, town)
    state(phone, "differs")

    phone.unroute_all()
    phone.locator("[data-state=differs] [data-start]").click()

    state(phone, "same")


@pytest.mark.parametrize(("name", "old", "new", "trouble"), [
    ("ballots.csv", b"ballot,approvals", b"ballot,wishes", "damaged"),
    ("ballots.csv", b'"1,4"', b'"1,9"', "damaged"),
    ("ballots.csv", b'"1,4"', b'"1,1"', "damaged"),
    ("manifest.json", b"{", b"[", "damaged"),
    ("result.json", b"pacto-participe/result/1", b"pacto-participe/result/2", "format"),
    ("result.json", b'"projects": [', b'"nothing": [', "fault"),
])  # fmt: skip
def test_what_cannot_be_read_is_an_error_that_names_the_file(phone, town, name, old, new, trouble):
    phone.route(*replace_in(name, old, new))

    recount(phone, town)

    state(phone, "error")
    expect(phone.locator(f"[data-trouble={trouble}]")).to_be_visible()
    if trouble != "fault":
        expect(phone.locator(f"[data-trouble={trouble}] [data-value=file]")).to_have_text(name)


def test_ballots_that_are_listed_and_not_there_are_missed(phone, town):
    phone.route("**/data/ballots.csv", lambda route: route.fulfill(status=404))

    recount(phone, town)

    state(phone, "error")
    expect(phone.locator("[data-trouble=missing]")).to_be_visible()


def test_without_a_network_the_file_that_did_not_come_is_named(phone, town):
    phone.route("**/data/result.json", lambda route: route.abort())

    recount(phone, town)

    state(phone, "error")
    expect(phone.locator("[data-trouble=network]")).to_be_visible()


def test_a_browser_without_module_workers_counts_in_the_page(phone, town):
    phone.add_init_script("delete window.Worker")

    recount(phone, town)

    state(phone, "same")


def test_without_scripts_other_ways_are_shown_and_no_dead_button(chromium, town):
    context = chromium.new_context(java_script_enabled=False, service_workers="block")
    page = context.new_page()
    page.goto(f"{town.replace('LANG', 'fr')}2026/results/recount")

    expect(page.locator("button[data-start]:visible")).to_have_count(0)
    expect(page.get_by_text("Ce navigateur n’exécute pas de scripts")).to_be_visible()
    expect(page.get_by_text("pacto-participe verify")).to_be_visible()
    assert page.locator("a[href$='all.zip']").is_visible()
    context.close()


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_no_state_has_a_barrier_or_sticks_out(phone, town, lang):
    phone.goto(f"{town.replace('LANG', lang)}2026/results/recount")
    expect(phone.locator("[data-start]:visible")).to_be_visible()
    found = {"idle": violations(phone) + phone.evaluate(OVERFLOW)}
    phone.locator("[data-start]:visible").click()
    state(phone, "same")
    found["same"] = violations(phone) + phone.evaluate(OVERFLOW)
    phone.route(*replace_in("ballots.csv", b'"1,4"', b'"1,5"'))
    recount(phone, town, lang=lang)
    state(phone, "differs")
    found["differs"] = violations(phone) + phone.evaluate(OVERFLOW)

    assert {name: faults for name, faults in found.items() if faults} == {}


# From the disk


def save(page: Page, town: str, folder: Path, *, lang: str = "fr", edition: str = "2026") -> Path:
    """What a visitor does: save the page, download the archive, unpack it."""
    page.goto(f"{town.replace('LANG', lang)}{edition}/results/recount")
    with page.expect_download() as download:
        page.locator("a[href$='recount.html']").click()
    assert download.value.suggested_filename == "recount.html"
    download.value.save_as(folder / "recount.html")
    base = f"{town.replace('LANG', lang)}{edition}/results/data/"
    (folder / "data").mkdir()
    for name in ("SHA256SUMS", "manifest.json", "result.json", "projects.csv", "ballots.csv",
                 "ballots.pb", "minutes.fr.html"):  # fmt: skip
        answer = page.request.get(base + name)
        if answer.ok:
            (folder / "data" / name).write_bytes(answer.body())
    return folder


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Page]:
    """A computer without a network. Any request that leaves the disk fails the test."""
    context = chromium.new_context(offline=True, service_workers="block")
    page = context.new_page()
    page.set_default_timeout(8000)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert complaints == []


@pytest.mark.parametrize(("lang", "words"), [("ar", "النتيجة نفسها"), ("fr", "Même résultat")])
def test_one_file_on_the_disk_counts_the_chosen_files(phone, desk, town, tmp_path, lang, words):
    folder = save(phone, town, tmp_path, lang=lang)

    desk.goto((folder / "recount.html").as_uri())
    desk.locator("#several").set_input_files(sorted((folder / "data").iterdir()))

    state(desk, "same")
    expect(desk.locator("[data-state=same] h2")).to_have_text(words)


def test_it_takes_a_whole_folder(phone, desk, town, tmp_path):
    folder = save(phone, town, tmp_path, edition="2024")

    desk.goto((folder / "recount.html").as_uri())
    desk.locator("#folder").set_input_files(folder / "data")

    state(desk, "same")
    expect(desk.locator("[data-state=same] [data-from-totals]")).to_be_visible()


def test_from_the_disk_too_it_names_what_differs_and_can_be_used_again(phone, desk, town, tmp_path):
    folder = save(phone, town, tmp_path)
    ballots = folder / "data" / "ballots.csv"
    whole = ballots.read_bytes()
    ballots.write_bytes(whole.replace(b'"1,4"', b'"1,5"', 1))

    desk.goto((folder / "recount.html").as_uri())
    desk.locator("#several").set_input_files(sorted((folder / "data").iterdir()))
    state(desk, "differs")
    assert codes(desk) >= {"file", "box", "votes"}

    ballots.write_bytes(whole)
    desk.locator("#several").set_input_files(sorted((folder / "data").iterdir()))
    state(desk, "same")


def test_from_the_disk_too_a_missing_file_is_named(phone, desk, town, tmp_path):
    folder = save(phone, town, tmp_path)

    desk.goto((folder / "recount.html").as_uri())
    desk.locator("#several").set_input_files([folder / "data" / "result.json"])

    state(desk, "error")
    expect(desk.locator("[data-trouble=missing] [data-value=file]")).to_have_text("manifest.json")


def test_the_file_on_the_disk_has_no_barrier(phone, desk, town, tmp_path):
    folder = save(phone, town, tmp_path, lang="ar")
    desk.set_viewport_size({"width": 360, "height": 640})
    # axe is put into the page by the test, which the page's own policy would refuse.
    desk.goto((folder / "recount.html").as_uri())
    desk.locator("#several").set_input_files(sorted((folder / "data").iterdir()))
    state(desk, "same")

    assert violations(desk) == []
    assert desk.evaluate(OVERFLOW) == []
