"""Keep the receipt: a page for paper that prints itself where a script runs, and says how where none does."""

import pytest

from tests.pages import Browser
from tests.town import Edition, LiveSite
from tests.voting.voting_day import vote

KEPT = "receipt?print=1"


async def test_the_receipt_is_kept_by_a_page_for_paper_that_says_how(
    resident: Browser, open_edition: Edition
) -> None:
    receipt = await vote(resident, open_edition, "1", "4")
    code = next(receipt.tree.elements("bdi")).text

    kept = await resident.follow(receipt, "Garder")

    assert kept.path == open_edition.path(KEPT)
    assert next(kept.tree.elements("bdi")).text == code
    assert kept.says("Imprimez cette page", "Votre vote est compté", "lundi 23 novembre 2026")
    assert kept.headers["cache-control"] == "no-store"
    assert any(part.get("class") == "qr" for part in kept.tree.elements("div"))
    assert kept.link("Revenir à mon reçu") == open_edition.path("receipt")


async def test_only_the_page_for_paper_runs_a_script_and_it_only_prints(
    resident: Browser, open_edition: Edition
) -> None:
    receipt = await vote(resident, open_edition, "1")

    kept = await resident.get(open_edition.path(KEPT))

    assert not list(receipt.tree.elements("script"))
    (script,) = kept.tree.elements("script")
    sent = await resident.http.get(script.get("src"))
    assert "print()" in sent.text
    assert len(sent.content) < 250


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
async def test_what_is_kept_holds_no_choice(
    resident: Browser, open_edition: Edition, lang: str
) -> None:
    """Whoever asks to see a printed receipt learns that its holder voted, and nothing more."""
    receipt = await vote(resident, open_edition, "4")
    assert receipt.says("Éclairage solaire")

    kept = await resident.get(open_edition.path(KEPT, lang=lang))

    for project in open_edition.charter.projects:
        for _, title in project.title.pairs:
            assert title not in kept.html


async def test_nobody_else_is_shown_a_receipt_to_keep(
    site: LiveSite, visitor: Browser, resident: Browser, neighbour: Browser, open_edition: Edition
) -> None:
    await vote(resident, open_edition, "1")

    for other in (visitor, neighbour):
        assert (await other.get(open_edition.path(KEPT))).path.endswith("/identity")


async def test_who_has_not_voted_has_nothing_to_keep(
    resident: Browser, open_edition: Edition
) -> None:
    assert (await resident.get(open_edition.path(KEPT))).path.endswith("/ballot")
