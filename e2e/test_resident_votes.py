"""A resident votes on a phone: in Arabic and in French, with and without JavaScript, by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.ballots import box_of, pick, put_back
from e2e.demo_town import ServedTown
from e2e.looking import OVERFLOW, TOO_WIDE, violations
from e2e.phones import held, watched

WORDS = {
    "ar": {
        "vote": "التصويت الآن",
        "continue": "متابعة",
        "confirm": "تأكيد صوتي",
        "counted": "صوتكم محسوب",
        "saved": "محفوظ، ولم يُحتسب بعد",
        "change": "تغيير صوتي",
        "choices": "إظهار اختياراتي",
        "pass": "إنهاء وتسليم الهاتف",
        "replaced": "عوّضتها ورقة لاحقة",
        "who": "من يصوّت؟",
        "no network": "لا توجد شبكة",
        "all of them": "إظهار الكل",
        "back": "العودة إلى ورقتي",
        "keep": "حفظ",
    },
    "fr": {
        "vote": "Voter maintenant",
        "continue": "Continuer",
        "confirm": "Confirmer mon vote",
        "counted": "Votre vote est compté",
        "saved": "Enregistré, pas encore compté",
        "change": "Changer mon vote",
        "choices": "Afficher mes choix",
        "pass": "Terminer et passer le téléphone",
        "replaced": "Remplacé par un bulletin plus récent",
        "who": "Qui vote ?",
        "no network": "Pas de réseau",
        "all of them": "Tout afficher",
        "back": "Revenir à mon bulletin",
        "keep": "Garder",
    },
}


@pytest.fixture(params=["ar", "fr"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(chromium: Browser, script: bool, lang: str) -> Iterator[Page]:
    """360 px wide, light in Arabic and dark in French. A complaint of the console fails the test."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 640},
        java_script_enabled=script,
        color_scheme="light" if lang == "ar" else "dark",
        service_workers="block",
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    with watched(page):
        yield page
    context.close()


def sign_in(page: Page, town: ServedTown, lang: str) -> None:
    """From the home to the ballot, with an activation slip."""
    page.goto(town.home(lang))
    page.get_by_role("link", name=WORDS[lang]["vote"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[lang]["who"])
    page.get_by_role("textbox").first.fill(town.slips.pop())
    page.get_by_role("button", name=WORDS[lang]["continue"]).click()
    page.wait_for_url(re.compile(r"/ballot$"))


def test_a_resident_votes_changes_their_mind_and_passes_the_phone(
    phone: Page, town: ServedTown, lang: str, script: bool
) -> None:
    words = WORDS[lang]
    sign_in(phone, town, lang)
    pick(phone, 1, 4, 9)
    if script:
        expect(phone.locator("#vote-state")).to_have_text(words["saved"])
    phone.locator(".tally button.go").click()
    expect(phone.locator(".state")).to_contain_text(words["saved"])
    expect(phone.locator("dl.check dt")).to_have_count(3)
    phone.get_by_role("button", name=words["confirm"]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(words["counted"])
    code = phone.locator("bdi.code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code)

    phone.get_by_role("link", name=words["change"]).click()
    expect(box_of(phone, 4)).to_be_checked()
    put_back(phone, 4)
    pick(phone, 6)
    phone.locator(".tally button.go").click()
    phone.get_by_role("button", name=words["confirm"]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(words["counted"])
    assert phone.locator("bdi.code").inner_text() != code

    phone.get_by_role("button", name=words["pass"]).click()
    year = re.search(r"budgets/(\d+)", phone.request.get(town.home(lang)).text())
    assert year is not None
    phone.goto(f"{town.home(lang)}budgets/{year[1]}/receipts?code={code}")
    expect(phone.get_by_role("heading", name=words["replaced"])).to_be_visible()
    phone.goto(f"{town.home(lang)}budgets/{year[1]}/ballot")
    expect(phone.get_by_role("heading", level=1)).to_have_text(words["who"])


def test_a_filter_and_a_look_at_a_project_lose_nothing_and_the_receipt_is_kept(
    phone: Page, town: ServedTown, lang: str, script: bool
) -> None:
    """With or without a script, no tick is lost between the ballot and what is read on the way."""
    words = WORDS[lang]
    if script:
        phone.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    sign_in(phone, town, lang)
    pick(phone, 1, 4)
    quarter = phone.locator(".chips button").nth(
        1
    )  # one's own; folded with others where it has no project
    if not quarter.is_visible():
        phone.locator(".chips summary").first.click()
    quarter.click()
    expect(phone.get_by_role("button", name=words["all of them"])).to_be_visible()
    expect(box_of(phone, 1)).to_be_checked()
    expect(box_of(phone, 4)).to_be_checked()
    phone.get_by_role("button", name=words["all of them"]).click()
    pick(phone, 9)

    phone.locator("#t-9").get_by_role("link").click()
    phone.wait_for_url(re.compile(r"/projects/9\?from=ballot$"))
    assert phone.get_by_role("link", name=words["back"]).count() == 2
    phone.get_by_role("link", name=words["back"]).last.click()
    phone.wait_for_url(re.compile(r"/ballot#t-9$"))
    expect(phone.locator("#t-9")).to_be_in_viewport()
    for number in (1, 4, 9):
        expect(box_of(phone, number)).to_be_checked()

    phone.locator(".tally button.go").click()
    expect(phone.locator("dl.check dt")).to_have_count(3)
    phone.get_by_role("button", name=words["confirm"]).click()
    code = phone.locator("bdi.code").inner_text()
    phone.get_by_role("link", name=words["keep"], exact=True).click()
    phone.wait_for_url(re.compile(r"/receipt\?print=1$"))
    expect(phone.locator("bdi.code")).to_have_text(code)
    expect(phone.locator(".qr")).not_to_have_count(0)
    if script:
        phone.wait_for_function("window.printed === 1")


def test_the_whole_way_by_keyboard_alone(chromium: Browser, town: ServedTown, lang: str) -> None:
    """Home to receipt with Tab, Space and Enter; no focused control is covered by the tally."""
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    page.set_default_timeout(15_000)
    page.goto(town.home(lang))

    def reach(selector: str, *, most: int = 80) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(
                "selector => document.activeElement?.matches(selector) ?? false", selector
            ):
                assert page.evaluate(COVERED) is False, selector
                return
        raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")

    reach(".hero .btn")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/identity$"))
    reach("#code")
    page.keyboard.type(town.slips.pop())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ballot$"))
    for number in page.locator(".pick input").evaluate_all(
        "all => all.slice(0, 2).map(i => i.value)"
    ):
        reach(f".pick input[value='{number}']")
        page.keyboard.press("Space")
    reach(".tally button.go")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/review$"))
    reach("form .btn.go")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[lang]["counted"])
    page.close()


@pytest.mark.parametrize("script", [True], ids=["with script"], indirect=True)
def test_a_confirmation_without_a_network_says_so_and_is_sent_when_it_is_back(
    phone: Page, town: ServedTown, lang: str
) -> None:
    words = WORDS[lang]
    sign_in(phone, town, lang)
    pick(phone, 1)
    phone.locator(".tally button.go").click()
    expect(phone.get_by_role("button", name=words["confirm"])).to_be_visible()
    phone.context.set_offline(True)

    phone.get_by_role("button", name=words["confirm"]).click()

    expect(phone.locator(".offline")).to_contain_text(words["no network"])
    expect(phone.locator(".offline")).to_be_in_viewport()
    phone.locator(".offline button").click()
    expect(phone.locator(".offline")).to_be_in_viewport()
    phone.context.set_offline(False)
    expect(phone.locator(".offline")).to_be_hidden()
    phone.get_by_role("button", name=words["confirm"]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(words["counted"])


BUSY = {"status": 503, "content_type": "text/html", "body": "<html><h1>Busy</h1></html>"}


@pytest.mark.parametrize("failure", ["busy", "unreachable"])
def test_a_choice_that_could_not_be_saved_stays_on_the_phone_and_is_sent_again(
    chromium: Browser, town: ServedTown, failure: str
) -> None:
    """The phone believes that it has a network, as it does where the signal is weak."""
    with held(chromium, apart=("status of", "ERR_FAILED", "Failed to fetch")) as page:
        sign_in(page, town, "fr")
        page.route(
            "**/ballot/draft", lambda it: it.fulfill(**BUSY) if failure == "busy" else it.abort()
        )

        pick(page, 1)

        expect(page.locator("#vote-state")).to_contain_text(WORDS["fr"]["no network"])
        expect(page.locator(".offline")).to_be_visible()
        page.reload()
        expect(box_of(page, 1)).to_be_checked()
        expect(page.locator(".offline")).to_be_visible()
        page.unroute("**/ballot/draft")
        expect(page.locator("#vote-state")).to_have_text(WORDS["fr"]["saved"], timeout=30_000)
        expect(page.locator(".offline")).to_be_hidden()
        assert page.evaluate("sessionStorage.length") == 0


def test_whose_session_ended_on_the_ballot_finds_the_same_choices_after_signing_in(
    chromium: Browser, town: ServedTown
) -> None:
    with held(chromium) as page:
        sign_in(page, town, "fr")
        session = page.context.cookies()
        page.context.clear_cookies()

        pick(page, 1)

        expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["fr"]["who"])
        page.context.add_cookies(session)  # signed in again
        page.goto(page.url.replace("/identity", "/ballot"))
        expect(box_of(page, 1)).to_be_checked()


# Whether the middle of the focused control is hidden by something that lies over it.
COVERED = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const label = focused.closest('label, a, button, input, select') ?? focused;
  return !(top && (label.contains(top) || top.contains(focused)));
}"""


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_the_way_is_accessible_and_fits(
    chromium: Browser, town: ServedTown, lang: str, theme: str
) -> None:
    """axe 0 violations; 320 px and 200 % text without overflow."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 568},
        color_scheme="dark" if theme == "dark" else "light",
        service_workers="block",
    )
    page = context.new_page()
    page.set_default_timeout(15_000)

    def look() -> None:
        assert violations(page) == [], page.url
        assert page.evaluate(OVERFLOW) == [], page.url
        page.set_viewport_size({"width": 360, "height": 640})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(TOO_WIDE) == [], f"{page.url} at 200 %"
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size({"width": 320, "height": 568})

    page.goto(f"{town.address}/{lang}/")
    look()
    page.goto(town.home(lang))
    look()
    page.locator(".hero .btn").click()
    look()
    page.locator("#code").fill(town.slips.pop())
    page.locator("form .btn.go").first.click()
    page.wait_for_url(re.compile("/ballot$"))
    look()
    page.locator(".pick").first.click()
    page.locator(".tally button.go").click()
    page.wait_for_url(re.compile("/review$"))
    look()
    page.locator("form .btn.go").click()
    page.wait_for_url(re.compile("/receipt$"))
    look()
    edition = page.url.removesuffix("/receipt")
    for rest in (
        "/", "/projects", "/projects/4", "/projects/4?from=ballot", "/receipts?code=0000",
        "/receipt?print=1",
    ):  # fmt: skip
        page.goto(edition + rest)
        look()
    last_year = re.sub(r"\d+$", lambda found: str(int(found[0]) - 1), edition)
    page.goto(f"{last_year}/results")
    look()
    context.close()


def test_the_whole_vote_weighs_less_than_200_kilobytes(chromium: Browser, town: ServedTown) -> None:
    """From the home to the receipt, everything counted as it travels; nothing from anywhere else."""
    context = chromium.new_context(viewport={"width": 360, "height": 640}, service_workers="block")
    page = context.new_page()
    page.set_default_timeout(15_000)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}
    travelled: list[tuple[str, int]] = []  # what really came over the network
    network.on(
        "Network.requestWillBeSent",
        lambda sent: addresses.__setitem__(sent["requestId"], sent["request"]["url"]),
    )
    network.on(
        "Network.loadingFinished",
        lambda done: travelled.append(
            (addresses.get(done["requestId"], ""), done["encodedDataLength"])
        ),
    )
    sign_in(page, town, "ar")
    pick(page, 1, 4)
    page.locator(".tally button.go").click()
    page.get_by_role("button", name=WORDS["ar"]["confirm"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["ar"]["counted"])

    came = [(url, size) for url, size in travelled if size]
    first = next(place for place, (url, _) in enumerate(came) if url.endswith("/identity"))
    assert sum(size for _, size in came) <= 200 * 1024
    assert len(came) - first <= 12, came[first:]
    assert all(url.startswith(town.address) for url in addresses.values())
    context.close()
