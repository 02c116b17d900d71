"""Who does not read well hears each project: the commune's recording, or a voice of their own device."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown, demo_town
from e2e.looking import look_at, violations
from e2e.phones import watched
from pacto_participe.app import build_web
from pacto_participe.demo.town import SLUG
from pacto_participe.kernel.actors import PLATFORM, Role
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting.services import preparing
from pacto_participe.voting.services.vote_file import read_vote
from tests.voting.recorded_sounds import mp3, ogg_opus

EDITION = "heard"
LISTEN = 'listen = { ary = "darija.ogg", shi = "tachelhit.ogg", fr = "fr.mp3" }'
EXAMPLE = Path(__file__).parents[1] / "docs" / "vote.toml"

FAKE = """
window.spoken = []; window.cancelled = 0;
let voices = %s, heard = [], now;
const called = () => heard.forEach((listener) => listener());
window.come = (more) => { voices = more; called(); };
window.ended = () => now.onend({});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  addEventListener: (name, listener) => heard.push(listener),
  speak: (words) => { now = words; spoken.push([words.text, words.voice.name]); },
  cancel: () => {
    const before = now;
    cancelled += 1;
    setTimeout(() => before && before.onerror && before.onerror({}));
  },
} });
"""
ARABIC = '{ name: "ar here", lang: "ar_XA", localService: true }'
FRENCH = '{ name: "fr here", lang: "fr-FR", localService: true }'
ABROAD = (
    '{ name: "ar abroad", lang: "ar-SA", localService: false }, '
    '{ name: "fr abroad", lang: "fr-FR", localService: false }, '
    '{ name: "fr unsaid", lang: "fr-FR" }'
)


PLACES = """() => [...document.querySelectorAll(".proj, .proj h2, h1, .tally")].map((e) => {
  const box = e.getBoundingClientRect();
  return [box.top, box.height];
})"""
HEIGHTS = "(those) => those.map((e) => Math.round(e.getBoundingClientRect().height))"


@pytest.fixture(scope="module")
def heard_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTown]:
    """The demonstration, and a second vote that is open whose first project was recorded."""
    folder = tmp_path_factory.mktemp("heard")
    with demo_town(folder) as served:
        in_a_thread(lambda: _record(folder, served))
        yield served


def in_a_thread(work: Callable[[], Any]) -> None:
    """Playwright's own loop runs in this thread."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:  # told below
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed, failed


async def _record(folder: Path, served: ServedTown) -> None:
    beside = folder / "sound"
    beside.mkdir()
    for name, content in (
        ("darija.ogg", ogg_opus(20)), ("tachelhit.ogg", ogg_opus(20)), ("fr.mp3", mp3(20)),
    ):  # fmt: skip
        (beside / name).write_bytes(content)
    web = build_web(Settings(mode="demo", data_dir=folder))
    town = served.people.town
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace('pictogram = "p-light"', f'pictogram = "p-light"\n{LISTEN}')
    charter, announcement, sounds = read_vote(
        text.encode(), collectivity_id=town, vote_id="e" * 32, lot_seed="5f", folder=beside
    )
    now = datetime.now(UTC).replace(microsecond=0)
    charter = replace(
        charter,
        edition=EDITION,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
    )
    clock = FrozenClock(now - timedelta(days=3))  # as it was prepared then
    actor = replace(
        PLATFORM,
        person_id="f" * 32,
        is_operator=True,
        roles=frozenset({(town, Role.ADMINISTRATOR)}),
    )
    async with unit_of_work(web.database, clock, actor) as uow:
        await preparing.prepare(uow, charter, announcement, sounds)
        await preparing.announce(uow, town, EDITION, 1)
        await preparing.freeze(uow, web.secrets, town, EDITION, 1)
    await web.database.close()


@contextmanager
def phone(
    chromium: Browser,
    voices: str = "",
    *,
    dark: bool = False,
    width: int = 360,
    script: bool = True,
) -> Iterator[Page]:
    """A device with these voices, whose console is watched."""
    context = chromium.new_context(
        viewport={"width": width, "height": 640},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        service_workers="block",
    )
    if script:
        context.add_init_script(FAKE % f"[{voices}]")
    page = context.new_page()
    page.set_default_timeout(15_000)
    with watched(page):
        yield page
    context.close()


def to_the_ballot(page: Page, town: ServedTown, lang: str, edition: str) -> None:
    page.goto(f"{town.address}/{lang}/c/{SLUG}/budgets/{edition}/identity")
    page.locator("#code").fill(town.slips.pop())
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"/ballot$"))


def open_edition(page: Page, town: ServedTown) -> str:
    """The vote of the demonstration, of which nothing was recorded."""
    page.goto(town.home("fr"))
    found = re.search(r"/budgets/(\d+)/identity", page.content())
    assert found is not None
    return found[1]


def said(page: Page) -> list[list[str]]:
    spoken: list[list[str]] = page.evaluate("spoken")
    return spoken


def listening(page: Page) -> Any:
    return page.locator("[data-listen]:visible")


# A voice of the device


@pytest.mark.parametrize(("lang", "voices"), [("ar", ARABIC), ("fr", FRENCH)])
def test_cards_are_read_by_a_voice_of_the_device_one_at_a_time(
    chromium: Browser, heard_town: ServedTown, lang: str, voices: str
) -> None:
    with phone(chromium, f"{ABROAD}, {voices}") as page:
        to_the_ballot(page, heard_town, lang, open_edition(page, heard_town))
        assert said(page) == []  # nothing plays by itself
        cards = page.locator(".proj [data-listen]")
        assert cards.count() == page.locator(".proj").count() == listening(page).count() - 1
        first, second = cards.nth(0), cards.nth(1)
        name = first.get_attribute("aria-label") or ""
        assert name.startswith("استماع: " if lang == "ar" else "Écouter")
        title = page.locator(".proj h2").first.inner_text()
        number = page.locator(".proj .tile b").first.inner_text().split()[-1]

        first.click()

        ((text, voice),) = said(page)
        assert voice == f"{lang} here"
        assert (
            title in text and number in text and "درهم" in text
            if lang == "ar"
            else "dirhams" in text
        )
        assert "\u00a0" not in text.replace("\u00a0:", "")
        expect(first).to_have_attribute("aria-pressed", "true")
        expect(first).to_have_attribute("aria-label", re.compile("^(إيقاف|Arrêter)"))
        assert page.locator(".proj.chosen").count() == 0  # it is no vote

        second.click()
        assert page.evaluate("cancelled") == 1
        expect(first).to_have_attribute("aria-pressed", "false")
        expect(first).to_have_attribute("aria-label", name)
        page.wait_for_timeout(50)  # the end of the first, which comes late, stops not the second
        expect(second).to_have_attribute("aria-pressed", "true")

        second.click()
        expect(second).to_have_attribute("aria-pressed", "false")
        assert (len(said(page)), page.evaluate("cancelled")) == (2, 2)

        second.click()
        page.evaluate("ended()")
        expect(second).to_have_attribute("aria-pressed", "false")


def test_a_heading_is_read_with_its_instruction_by_keyboard(
    chromium: Browser, heard_town: ServedTown
) -> None:
    with phone(chromium, FRENCH) as page:
        to_the_ballot(page, heard_town, "fr", open_edition(page, heard_town))
        page.locator(".hrow [data-listen]").press("Enter")

        ((text, _),) = said(page)
        assert re.fullmatch(r"Choisissez vos projets\. Choisissez .* dirhams\.", text), text


@pytest.mark.parametrize(
    "voices", ["", ABROAD, ARABIC, '{ name: "frk", lang: "frk", localService: true }']
)
def test_without_a_voice_of_this_device_in_the_page_s_language_there_is_no_button(
    chromium: Browser, heard_town: ServedTown, voices: str
) -> None:
    with phone(chromium, voices) as page:
        to_the_ballot(page, heard_town, "fr", open_edition(page, heard_town))

        assert page.locator("[data-listen]").count() > 5
        assert listening(page).count() == 0


def test_without_script_there_is_no_button(chromium: Browser, heard_town: ServedTown) -> None:
    with phone(chromium, script=False) as page:
        to_the_ballot(page, heard_town, "fr", open_edition(page, heard_town))

        assert listening(page).count() == 0


def test_voices_that_come_late_bring_the_buttons_and_move_nothing(
    chromium: Browser, heard_town: ServedTown
) -> None:
    for lang, voice in (("ar", ARABIC), ("fr", FRENCH)):
        for width in (320, 360):
            with phone(chromium, width=width) as page:
                to_the_ballot(page, heard_town, lang, open_edition(page, heard_town))
                page.evaluate("document.fonts.ready")
                before = page.evaluate(PLACES)

                page.evaluate(f"come([{voice}])")

                assert listening(page).count() == page.locator(".proj").count() + 1
                assert page.evaluate(PLACES) == before, (lang, width)


def test_leaving_the_page_stops_the_voice(chromium: Browser, heard_town: ServedTown) -> None:
    with phone(chromium, FRENCH) as page:
        to_the_ballot(page, heard_town, "fr", open_edition(page, heard_town))
        page.locator(".proj [data-listen]").first.click()
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        assert page.evaluate("cancelled") == 1


def test_what_is_chosen_meanwhile_is_saved_and_the_voice_goes_on(
    chromium: Browser, heard_town: ServedTown
) -> None:
    with phone(chromium, FRENCH) as page:
        to_the_ballot(page, heard_town, "fr", open_edition(page, heard_town))
        button = page.locator(".proj [data-listen]").first
        button.click()
        page.locator(".proj .pick").nth(1).click()
        expect(page.locator(".state")).to_contain_text("Enregistré, pas encore compté")

        expect(button).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("cancelled") == 0
        assert listening(page).count() == page.locator(".proj").count() + 1
        # What is left is told to those who listen to the page, and no button loses its drawing to it.
        expect(page.locator(".tally [role=status]")).to_contain_text("Il vous reste")
        assert (
            page.locator("[data-listen]").evaluate_all(
                "(all) => all.map((e) => e.textContent.trim()).join('')"
            )
            == ""
        )


def test_what_is_left_is_said_in_the_summary_and_changes_no_button_that_is_listened_to(
    chromium: Browser, heard_town: ServedTown
) -> None:
    with phone(chromium, FRENCH) as page:
        to_the_ballot(page, heard_town, "fr", open_edition(page, heard_town))
        heading = page.locator(".hrow [data-listen]")
        before = heading.inner_html()

        page.locator(".proj .pick").nth(1).click()

        expect(page.locator(".tally [role=status]")).to_contain_text("Il vous reste")
        assert heading.inner_html() == before


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("width", [320, 360])
def test_the_ballot_with_its_buttons_has_no_barrier_and_its_cards_their_height(
    chromium: Browser, heard_town: ServedTown, lang: str, width: int
) -> None:
    with phone(chromium, f"{ARABIC}, {FRENCH}", dark=lang == "fr", width=width) as page:
        to_the_ballot(page, heard_town, lang, open_edition(page, heard_town))
        look_at(page)
        heights = page.locator(".proj").evaluate_all(HEIGHTS)
        assert min(heights) >= 162, heights
        assert max(heights) <= (204 if width == 360 else 220), heights
        assert min(page.locator("[data-listen]").evaluate_all(HEIGHTS)) >= 48
        page.locator(".proj [data-listen]").first.click()
        assert violations(page) == []
        ballot = page.url
        page.goto(f"{ballot}/swap/1")
        look_at(page)
        page.goto(ballot)
        page.locator(".proj .pick").first.click()
        page.locator("[data-review]").click()
        page.wait_for_url(re.compile("/review$"))
        look_at(page)
        page.locator("form[action$='/confirm'] button").click()
        page.wait_for_url(re.compile("/receipt$"))
        expect(listening(page)).to_have_count(0)  # a receipt runs no script
        look_at(page)


# Recordings


def test_a_recording_plays_in_place_and_stops_when_pressed_again(
    chromium: Browser, heard_town: ServedTown
) -> None:
    with phone(chromium, FRENCH) as page:
        fetched: list[str] = []
        page.on("request", lambda one: fetched.append(one.url))
        to_the_ballot(page, heard_town, "fr", EDITION)
        link = page.locator("a[data-listen]")
        assert link.count() == 1
        assert not [url for url in fetched if "/recordings/" in url]  # only when it is asked for
        assert violations(page) == []

        with page.expect_request(re.compile(r"/projects/1/recordings/fr-[0-9a-f]{16}\.mp3$")):
            link.click()
        expect(link).to_have_attribute("aria-pressed", "true")
        assert page.url.endswith("/ballot")

        page.locator("button[data-listen]").nth(1).click()  # another card, by the voice
        expect(link).to_have_attribute("aria-pressed", "false")
        assert len(said(page)) == 1
        link.press(" ")
        expect(link).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("cancelled") == 1
        link.press("Enter")
        expect(link).to_have_attribute("aria-pressed", "false")
        assert page.url.endswith("/ballot")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_recording_is_heard_on_the_page_of_its_project(
    chromium: Browser, heard_town: ServedTown, script: bool
) -> None:
    with phone(chromium, script=script) as page:
        page.goto(f"{heard_town.address}/ar/c/{SLUG}/budgets/{EDITION}/projects/")
        page.get_by_role("link", name="استماع").click()
        expect(page.locator("audio")).to_have_count(3)
        assert page.url.endswith("/projects/1#listen")
        expect(page.locator("details summary").first).to_contain_text("الدارجة")
        if not script:
            expect(page.locator("audio").first).to_be_visible()
            return
        look_at(page)
        first, second = page.locator("audio").nth(0), page.locator("audio").nth(1)
        first.evaluate("(sound) => sound.play()")
        assert first.evaluate("(sound) => Math.round(sound.duration)") == 20
        second.evaluate("(sound) => sound.play()")
        assert first.evaluate("(sound) => sound.paused")
        page.locator("a[data-listen]").click()
        expect(page.locator("a[data-listen]")).to_have_attribute("aria-pressed", "true")
        assert second.evaluate("(sound) => sound.paused")
        first.evaluate("(sound) => sound.play()")
        expect(page.locator("a[data-listen]")).to_have_attribute("aria-pressed", "false")


def test_a_recording_that_this_device_cannot_play_is_no_dead_end(
    chromium: Browser, heard_town: ServedTown
) -> None:
    broken = "Audio.prototype; HTMLMediaElement.prototype.play = () => Promise.reject(new Error());"
    for voices in (FRENCH, ""):
        with phone(chromium, voices) as page:
            page.add_init_script(broken)
            to_the_ballot(page, heard_town, "fr", EDITION)
            page.locator("a[data-listen]").click()
            if voices:
                page.wait_for_function("spoken.length === 1")
                expect(page.locator("a[data-listen]")).to_have_attribute("aria-pressed", "true")
            else:
                page.wait_for_url(re.compile(r"/projects/1#listen$"))
