"""What the device's own voice is given to read: the words of the page, as one says them."""

import pytest

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import CharterProject
from pacto_participe.voting.wording.listening import read_aloud
from pacto_participe.web.aloud import aloud, money_aloud
from pacto_participe.web.formats import money
from pacto_participe.web.i18n import speaking
from tests.pages import Browser, Page
from tests.town import LiveSite, make_edition

LIGHTS = CharterProject(
    key="4",
    number=4,
    title=Texts.of({"ar": "إنارة شمسية", "fr": "Éclairage solaire."}),
    place=Texts.of({"ar": "حي السلام", "fr": "Hay Salam"}),
    cost_cents=45_000_000,
)


@pytest.mark.parametrize(
    ("lang", "cents", "said"),
    [
        ("fr", 45_000_000, "450000 dirhams"), ("fr", 100_000_000, "1 million de dirhams"),
        ("fr", 200_000_000, "2 millions de dirhams"), ("fr", 100, "1 dirham"),
        ("fr", 24_000_050, "240000 dirhams et 50 centimes"), ("fr", 120_000_000, "1200000 dirhams"),
        ("ar", 45_000_000, "450000 درهم"), ("ar", 100_000_000, "مليون درهم"),
        ("ar", 200_000_000, "مليونا درهم"), ("ar", 300_000_000, "3 ملايين درهم"),
        ("ar", 500, "5 دراهم"), ("ar", 1_200, "12 درهما"),
        ("en", 45_000_000, "450000 dirhams"), ("en", 100_000_000, "one million dirhams"),
    ],
)  # fmt: skip
def test_an_amount_is_said_as_one_number_with_the_name_of_the_money(
    lang: str, cents: int, said: str
) -> None:
    with speaking(lang):
        assert money_aloud(cents) == said
        assert aloud(f"A <b>{money(cents)}</b> Z") == f"A {said} Z"  # as it stands in a sentence


def test_a_sentence_without_an_amount_is_read_as_it_is() -> None:
    with speaking("fr"):
        assert aloud("L’étape 2 sur 3 &amp; <i>après</i>") == "L’étape 2 sur 3 & après"


def test_a_project_is_read_in_the_language_of_its_title() -> None:
    french = "Projet numéro 4. Éclairage solaire. Hay Salam. Il coûte 450000 dirhams."
    arabic = "المشروع رقم 4. إنارة شمسية. حي السلام. كلفته 450000 درهم."
    for page, heard in (
        ("fr", (french, "fr")), ("ar", (arabic, "ar")), ("zgh", (arabic, "ar")), ("en", (arabic, "ar")),
    ):  # fmt: skip
        with speaking(page):
            assert read_aloud(LIGHTS) == heard


def buttons(page: Page) -> list[dict[str, str | None]]:
    return [
        dict(one.attributes)
        for one in page.tree.elements("button")
        if "data-listen" in one.attributes
    ]


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("approval", {"max": 3}), ("choose-one", {}), ("points", {"total": 10, "max_each": 5}),
        ("ranking", {"top": 3}), ("knapsack", {"budget": 100_000_000}),
    ],
)  # fmt: skip
async def test_every_card_of_every_kind_has_a_voice_that_waits_to_be_found(
    site: LiveSite, resident: Browser, kind: str, limits: dict[str, int]
) -> None:
    edition = await make_edition(
        site, ballot_kind=kind, ballot_limits=limits, budget_cents=200_000_000
    )

    for lang in ("ar", "fr"):
        page = await resident.get(edition.path("ballot", lang=lang))

        found = buttons(page)
        assert len(found) == len(edition.charter.projects) + 1  # and the heading's
        assert {(one["type"], one["data-lang"], one.get("hidden")) for one in found} == {
            ("button", lang, "")
        }
        assert not any("\u00a0DH" in (one["data-say"] or "") for one in found)
        assert all((one["aria-label"] or "").startswith(("Écouter", "استماع")) for one in found)
        assert all((one["data-stop"] or "").startswith(("Arrêter", "إيقاف")) for one in found)


async def test_the_steps_are_read_with_their_instruction_and_never_the_choices(
    site: LiveSite, resident: Browser, visitor: Browser
) -> None:
    """Whoever stands beside a voter must not hear what is on the ballot."""
    edition = await make_edition(site, ballot_limits={"max": 3})
    identity = await visitor.get(edition.path("identity"))
    await resident.post(edition.path("ballot"), {"p": ["1", "2", "3"]})
    ballot = await resident.get(edition.path("ballot"))
    review = await resident.get(edition.path("ballot/review"))
    swap = await resident.get(edition.path("ballot/swap/4"))

    said = [buttons(page)[0]["data-say"] or "" for page in (identity, ballot, review, swap)]
    starts = (
        "Qui vote",
        "Choisissez vos projets. ",
        "Est-ce bien votre bulletin",
        "Faire de la place",
    )
    for sentence, start in zip(said, starts, strict=True):
        assert sentence.startswith(start), said
    assert "bouton" in said[2]
    for page in (identity, review, swap):
        (only,) = buttons(page)
        for card in edition.charter.projects[:3]:
            assert card.title.in_language("fr")[0] not in (only["data-say"] or "")


async def test_a_vote_of_elsewhere_is_not_read_aloud(site: LiveSite, visitor: Browser) -> None:
    edition = await make_edition(site, source="https://pabulib.org/")

    assert not buttons(await visitor.get(edition.path("projects/1")))
