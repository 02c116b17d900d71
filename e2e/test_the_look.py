"""The look in a real browser: accessible, in both directions, both themes, large text, small screens."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.looking import OVERFLOW, RULES, violations
from e2e.phones import watched
from tests.look.gallery import gallery, served

LANGUAGES = ("ar", "fr", "en")
SHEETS = (
    "",
    "/home",
    "/ballot",
    "/approval",
    "/points",
    "/receipt",
    "/results",
    "/desk",
    "/poster",
)
ERRORS = (403, 404, 409, 422, 429, 500, 503)
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(gallery(tmp_path_factory.mktemp("gallery"))) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone of 360 px. What its console complains about fails the test, service workers apart."""
    page = chromium.new_page(viewport={"width": 360, "height": 640}, service_workers="block")
    page.set_default_timeout(5000)
    with watched(page, apart=("status of", "ERR_INTERNET_DISCONNECTED")):
        yield page


def test_a_barrier_would_be_found(phone, address):
    phone.goto(f"{address}/fr/styleguide/receipt")
    phone.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')")

    assert [one.split(":")[0] for one in violations(phone)] == ["label"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sheet_has_a_barrier_that_axe_knows(phone, address, lang, theme):
    phone.emulate_media(color_scheme=theme)
    found = {}

    for sheet in SHEETS:
        phone.goto(f"{address}/{lang}/styleguide{sheet}")
        # Only the colours change with the theme.
        found[sheet or "/index"] = violations(phone, RULES if theme == "light" else COLOURS)

    assert {sheet: barriers for sheet, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_error_page_has_one_either(phone, address, lang):
    found = {}

    for path in (*(f"errors/{status}" for status in ERRORS), "offline"):
        phone.goto(f"{address}/{lang}/{path}")
        found[path] = violations(phone)

    assert {path: barriers for path, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (360, "200%"), (768, "100%")])
def test_nothing_sticks_out_on_small_screens_or_with_large_text(phone, address, lang, width, text):
    phone.set_viewport_size({"width": width, "height": 640})
    found = {}

    for sheet in SHEETS:
        phone.goto(f"{address}/{lang}/styleguide{sheet}")
        phone.evaluate("(size) => { document.documentElement.style.fontSize = size }", text)
        found[sheet or "/index"] = phone.evaluate(OVERFLOW)

    assert {sheet: places for sheet, places in found.items() if places} == {}


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("sheet", ["ballot", "approval"])
@pytest.mark.parametrize("size", [(360, 640), (320, 568)])
def test_the_tally_never_covers_what_has_the_focus(phone, address, lang, sheet, size):
    phone.set_viewport_size({"width": size[0], "height": size[1]})
    phone.goto(f"{address}/{lang}/styleguide/{sheet}")
    phone.reload()  # the second visit has the web font
    covered = []

    for _ in range(45):
        phone.keyboard.press("Tab")
        place = phone.evaluate("""() => {
          const at = document.activeElement, tally = document.querySelector('.tally');
          if (!at || at === document.body || tally.contains(at)) return null;
          if (tally.getBoundingClientRect().height > 130) return 'the tally is too high';
          const box = (at.closest('.pick') || at).getBoundingClientRect();
          const below = box.bottom > tally.getBoundingClientRect().top + 1;
          return below || box.top < -1 ? at.outerHTML.slice(0, 90) : null;
        }""")
        covered += [place] if place else []

    assert covered == []


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_what_one_votes_with_is_large_enough_for_a_thumb(phone, address, lang):
    phone.goto(f"{address}/{lang}/styleguide/ballot")

    sizes = phone.evaluate("""() => [...document.querySelectorAll('.pick, .tally .btn.go, .act .btn')]
      .map((e) => e.getBoundingClientRect()).map((b) => Math.min(b.width, b.height))""")

    assert len(sizes) > 20
    assert min(sizes) >= 48


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_spacing_by_the_reader_cuts_nothing(phone, address, lang):
    phone.goto(f"{address}/{lang}/styleguide/ballot")
    phone.evaluate("""() => { for (const e of document.querySelectorAll('body *')) {
      e.style.lineHeight = '1.5'; e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em'; } }""")

    assert phone.evaluate(OVERFLOW) == []


def test_three_taps_are_added_up_at_once_and_said_once(phone, address):
    phone.clock.install(time=0)
    phone.goto(f"{address}/en/styleguide/ballot")
    phone.clock.pause_at(60)
    assert phone.inner_text("[data-left]") == "880,000\u00a0DH"

    phone.get_by_role("checkbox", name="Chosen Safe crossings").uncheck()
    phone.clock.run_for(700)
    phone.get_by_role("checkbox", name="Chosen Garden").uncheck()
    phone.clock.run_for(700)
    phone.get_by_role("checkbox", name="Add Water point in Douar Tizi").check()
    phone.clock.run_for(700)
    said_too_early = phone.inner_text("[data-say]")
    phone.clock.run_for(200)

    assert phone.inner_text("[data-left]") == "1,310,000\u00a0DH"
    assert phone.inner_text("[data-review]") == "Review (2)"
    assert phone.get_attribute('.tally svg[data-p="9"]', "width") == "12.00%"
    assert "1,310,000" not in said_too_early
    assert phone.inner_text("[data-say]") == "You have left: 1,310,000\u00a0DH"


def test_what_no_longer_fits_says_how_much_is_missing_and_offers_a_swap(phone, address):
    phone.goto(f"{address}/en/styleguide/ballot")
    souk = phone.locator(".proj", has_text="Rebuilding the weekly souk")
    assert "20,000\u00a0DH over what is left" in souk.inner_text()

    phone.get_by_role("checkbox", name="Add Neighbourhood pitch").check()

    health = phone.locator(".proj", has_text="rural health centre")
    assert "560,000\u00a0DH over what is left" in souk.inner_text()
    health.scroll_into_view_if_needed()  # a card out of sight is not drawn
    expect(health).to_contain_text("180,000\u00a0DH over what is left", use_inner_text=True)
    assert health.get_by_role("checkbox", name="Swap").is_enabled()


def test_a_tap_on_swap_posts_the_choices_with_the_wish(phone, address):
    phone.goto(f"{address}/en/styleguide/ballot")
    sent = []
    phone.on("request", lambda one: sent.append(one.post_data) if one.method == "POST" else None)

    phone.get_by_role("checkbox", name="Swap Rebuilding the weekly souk").click()
    phone.wait_for_load_state()

    assert sent == ["swap=7&p=4&p=1&p=2"]


def test_the_sixth_choice_of_five_is_a_swap_and_never_a_dead_end(phone, address):
    phone.goto(f"{address}/en/styleguide/approval")
    assert phone.inner_text("[data-left]") == "2 choices"

    phone.get_by_role("checkbox", name="Add Water point").check()
    phone.get_by_role("checkbox", name="Add Shade and benches").check()

    assert phone.inner_text("[data-left]") == "0 choices"
    assert phone.locator(".slots .on svg").count() == 5
    assert phone.inner_text("[data-sum]") == "1,520,000\u00a0DH"
    assert phone.get_by_role("checkbox", name="Swap").count() == 5
    assert phone.locator(".proj.over").count() == 0


def test_points_are_given_with_two_buttons_around_a_real_list(phone, address):
    phone.goto(f"{address}/en/styleguide/points")
    assert phone.inner_text("[data-left]") == "4 points"

    phone.get_by_role("button", name="One point more: Rebuilding the weekly souk").click()

    assert (
        phone.get_by_role("combobox", name="Points: Rebuilding the weekly souk").input_value()
        == "1"
    )
    assert phone.inner_text("[data-left]") == "3 points"
    assert phone.inner_text("[data-review]") == "Review (4)"


def test_a_removal_can_be_undone_in_place(phone, address):
    phone.goto(f"{address}/en/styleguide/ballot")
    phone.get_by_role("checkbox", name="Chosen Safe crossings").uncheck()
    assert "Removed: Safe crossings at three schools" in phone.inner_text(".tally")

    phone.get_by_role("button", name="Undo").click()

    assert phone.get_by_role("checkbox", name="Chosen Safe crossings").is_checked()
    assert phone.inner_text("[data-left]") == "880,000\u00a0DH"
    assert phone.locator(".undo").is_hidden()


def test_without_a_network_the_choices_stay_on_the_phone_and_nothing_is_called_counted(
    phone, address
):
    phone.goto(f"{address}/en/styleguide/ballot")
    phone.context.set_offline(True)

    phone.get_by_role("checkbox", name="Add Water point in Douar Tizi").check()
    phone.get_by_role("button", name="Review").click()

    assert phone.url.endswith("/ballot")
    assert phone.locator(".offline").is_visible()
    assert "Not counted yet" in phone.inner_text("#vote-state")
    phone.context.set_offline(False)
    phone.evaluate(
        "(kept) => sessionStorage.setItem('ballot:' + location.pathname, JSON.stringify(kept))",
        [["p", "9"], ["p", "4"]],
    )
    phone.reload()
    assert phone.inner_text("[data-review]") == "Review (2)"
    # Once restored they are let go: later choices, or another voter of this phone, are not overwritten.
    assert phone.evaluate("sessionStorage.length") == 0


def test_public_pages_seen_before_are_kept_and_pages_about_a_person_never(chromium, address):
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(f"{address}/fr/styleguide/ballot")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{address}/fr/c/oued-salam/help")
    page.goto(f"{address}/fr/styleguide/ballot")
    page.wait_for_function(
        "caches.open('pages-1').then((c) => c.keys()).then((k) => k.length >= 2)"
    )
    kept = page.evaluate(
        "caches.open('pages-1').then((c) => c.keys()).then((k) => k.map((r) => new URL(r.url).pathname))"
    )

    context.set_offline(True)
    page.goto(f"{address}/fr/c/oued-salam/help")
    read_again = page.inner_text("h1")
    page.goto(f"{address}/fr/styleguide/ballot")
    instead = page.inner_text("h1")
    context.close()

    assert sorted(kept) == ["/fr/c/oued-salam/help", "/fr/offline"]
    assert "Vous décidez" in read_again
    assert "Pas de réseau" in instead


def test_without_a_script_the_same_form_holds_the_same_choices(chromium, address):
    page = chromium.new_page(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page.goto(f"{address}/fr/styleguide/ballot")

    assert page.locator("input[name=p]:checked").count() == 3
    assert page.inner_text("[data-left]") == "880\u00a0000\u00a0DH"
    page.get_by_role("checkbox", name="Ajouter Point d’eau").check()
    assert page.locator(".proj:has(input:checked)").count() == 4
    page.close()


def test_forced_colours_keep_states_visible(phone, address):
    phone.emulate_media(forced_colors="active")
    phone.goto(f"{address}/fr/styleguide/ballot")

    chosen = phone.evaluate("getComputedStyle(document.querySelector('.proj.chosen')).outlineStyle")
    plain = phone.evaluate(
        "getComputedStyle(document.querySelector('.proj:not(.chosen)')).outlineStyle"
    )

    assert (chosen, plain) == ("solid", "none")


@pytest.mark.parametrize(
    ("sheet", "width_mm", "height_mm"), [("receipt", 148, 210), ("results", 210, 297)]
)
def test_receipts_and_results_print_on_their_own_paper(phone, address, sheet, width_mm, height_mm):
    phone.goto(f"{address}/ar/styleguide/{sheet}")

    pdf = phone.pdf(prefer_css_page_size=True)

    boxes = {tuple(map(float, box.split())) for box in boxes_of(pdf)}
    assert len(boxes) == 1
    _, _, width, height = boxes.pop()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (width_mm, height_mm)
    assert len(boxes_of(pdf)) <= (1 if sheet == "receipt" else 4)


def boxes_of(pdf: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)]


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("sheet", ["home", "ballot", "receipt", "results"])
def test_a_first_visit_fetches_at_most_110_kb_in_8_requests_and_only_from_us(
    chromium, address, sheet, lang
):
    page = chromium.new_page(service_workers="block")
    fetched: dict[str, bytes] = {}
    page.on("response", lambda one: fetched.setdefault(one.url, one.body()))

    page.goto(f"{address}/{lang}/styleguide/{sheet}")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.close()

    assert all(url.startswith(address) for url in fetched)
    assert len(fetched) <= 8
    scripts = [url for url in fetched if ".js" in url]
    assert bool(scripts) == (sheet == "ballot")
    # The gallery sends files as they are; the product compresses text as here.
    sent = [
        len(body) if ".woff2" in url else len(gzip.compress(body, 6))
        for url, body in fetched.items()
    ]
    assert sum(sent) <= 110 * 1024
    assert sent[0] <= 20 * 1024
