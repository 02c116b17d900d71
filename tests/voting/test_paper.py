"""What is printed: the paper ballot of each kind, and the poster."""

import re
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, limits_of
from pacto_participe.voting.ballots.paper import PaperStyle, signs
from tests.pages import Browser, Page
from tests.town import Edition, LiveSite, make_edition
from tests.voting.elections import election
from tests.voting.test_every_ballot_kind import edition_of

kinds = pytest.mark.parametrize("kind", BALLOT_KINDS.names)


def numbers(page: Page) -> list[int]:
    """The numbers of the projects, in the order of the sheet."""
    rows = [item for item in page.tree.elements("ol") if item.get("class") == "sheet-list"]
    return [int(item.text) for item in rows[0].elements("b")]


def pens(page: Page) -> list[int]:
    """How many signs stand beside each project."""
    rows = next(item for item in page.tree.elements("ol") if item.get("class") == "sheet-list")
    return [
        sum("pen" in sign.get("class").split() for sign in row.elements("svg"))
        for row in rows.elements("li")
    ]


@kinds
@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_each_kind_is_printed_in_two_languages(
    site: LiveSite, visitor: Browser, kind: str, lang: str
) -> None:
    edition = await edition_of(site, kind, allow_none=True)

    page = await visitor.get(edition.path("paper", lang=lang))

    assert sorted(numbers(page)) == [1, 2, 3, 4, 5, 6, 7]
    assert page.says("ممرات آمنة أمام المدارس", "450\u00a0000\u00a0درهم")
    assert page.says("450,000\u00a0DH" if lang == "en" else "450\u00a0000\u00a0DH")
    assert page.says("لا تكتبوا اسمكم")


@pytest.mark.parametrize(("kind", "signs"), [
    ("approval", 1), ("choose-one", 1), ("points", 5), ("ranking", 5), ("knapsack", 5),
])  # fmt: skip
async def test_what_is_crossed_beside_a_project_is_what_the_kind_asks(
    site: LiveSite, visitor: Browser, kind: str, signs: int
) -> None:
    edition = await edition_of(site, kind)

    assert pens(await visitor.get(edition.path("paper"))) == [signs] * 7


async def test_all_sheets_of_a_batch_have_one_order_and_another_batch_another(
    visitor: Browser, resident: Browser, open_edition: Edition
) -> None:
    async def order(person: Browser, query: str = "") -> list[int]:
        return numbers(await person.get(open_edition.path("paper") + query))

    first = await order(visitor)

    assert await order(resident) == await order(visitor, "?batch=1") == first
    others = {tuple(await order(visitor, f"?batch={batch}")) for batch in range(1, 9)}
    assert len(others) >= 7
    for nonsense in ("0", "-1", "x", "9999", "²", ""):
        assert await order(visitor, f"?batch={nonsense}") == first


async def test_the_order_of_a_batch_follows_from_the_rules_alone(
    site: LiveSite, visitor: Browser, open_edition: Edition
) -> None:
    """Redone here from the published fingerprint, as anyone can."""
    beginning = f"{open_edition.charter.fingerprint}/batch/3/".encode()
    expected = sorted(range(1, 8), key=lambda n: sha256(beginning + str(n).encode()).digest())

    assert numbers(await visitor.get(open_edition.path("paper") + "?batch=3")) == expected


async def test_the_paper_of_a_knapsack_says_its_rule(site: LiveSite, visitor: Browser) -> None:
    edition = await edition_of(site, "knapsack")

    page = await visitor.get(edition.path("paper"))

    assert page.says("Vos projets sont pris dans cet ordre tant que 2 000 000 DH suffisent.")
    rules = [item for item in page.tree.elements("div") if item.get("class") == "rule"]
    assert len(rules) == 3


@kinds
async def test_no_kind_needs_more_than_three_lines(
    site: LiveSite, visitor: Browser, kind: str
) -> None:
    edition = await edition_of(site, kind)

    page = await visitor.get(edition.path("paper"))

    assert 1 < sum(item.get("class") == "rule" for item in page.tree.elements("div")) <= 3
    assert len([item for item in page.tree.elements() if "row-drawn" in item.get("class")]) == 2


async def test_none_of_these_is_printed_only_where_it_is_offered(
    site: LiveSite, visitor: Browser
) -> None:
    without = await edition_of(site, "approval")
    assert not (await visitor.get(without.path("paper"))).says("Aucun de ces projets")

    offered = await make_edition(site, edition="2027", ballot_limits={"allow_none": True})
    assert (await visitor.get(offered.path("paper"))).says("Aucun de ces projets")


async def test_the_second_language_can_be_english(visitor: Browser, open_edition: Edition) -> None:
    page = await visitor.get(open_edition.path("paper", lang="ar") + "?second=en")

    assert page.says("Put a cross beside 3 projects at most.", "450,000\u00a0DH")
    assert not page.says("Éclairage solaire")


async def test_the_part_to_keep_proves_and_tells_nothing(
    visitor: Browser, open_edition: Edition
) -> None:
    page = await visitor.get(open_edition.path("paper"))
    part = next(item for item in page.tree.elements("section") if item.get("class") == "tear-off")

    assert "Il ne montre jamais vos choix." in part.text
    assert "/v/" in part.text
    assert not re.search(r"\d", part.text.replace("127.0.0.1:8000", ""))


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_poster_says_what_how_much_when_and_where(
    visitor: Browser, open_edition: Edition, lang: str
) -> None:
    page = await visitor.get(open_edition.path("poster", lang=lang))
    large = await visitor.get(open_edition.path("poster", lang=lang) + "?size=a3")

    assert page.says("127.0.0.1:8000/s/tiznit")
    if lang == "fr":
        assert page.says("2 000 000 DH", "Du 16 novembre 2026 au 30 novembre 2026")
        assert page.says("Au guichet de la commune")
    assert 'class="paper-poster a3"' in large.html


async def test_who_has_no_telephone_reads_where_the_counter_is_and_when_it_is_open(
    site: LiveSite, administrator: Browser, visitor: Browser, open_edition: Edition
) -> None:
    """On the home, on the first step of the vote and on the poster."""
    places = [open_edition.path("poster"), open_edition.path("identity"), "/fr/c/tiznit/"]
    settings = await administrator.get("/fr/staff/tiznit/settings")

    await administrator.submit(
        settings.form("/settings"), address_fr="12, rue du Marché", hours_fr="De 9 h à 16 h"
    )

    for place in places:
        page = await visitor.get(place)
        assert page.says("12, rue du Marché", "De 9 h à 16 h"), place


@pytest.mark.parametrize("mode", ["demo"])
@pytest.mark.parametrize("sheet", ["paper", "poster"])
async def test_what_a_demonstration_prints_says_so(
    visitor: Browser, open_edition: Edition, sheet: str
) -> None:
    printed = await visitor.get(open_edition.path(sheet))

    assert printed.says("Démonstration : rien n’est officiel ici.")
    if sheet == "paper":  # on the sheet itself, in both of its languages
        ballot = next(printed.tree.elements("article"))
        assert "عرض تجريبي: لا شيء هنا رسمي." in ballot.text
        assert "Démonstration" in ballot.text


@pytest.mark.parametrize("sheet", ["paper", "poster"])
async def test_what_a_real_town_prints_is_no_demonstration(
    visitor: Browser, open_edition: Edition, sheet: str
) -> None:
    assert "Démonstration" not in (await visitor.get(open_edition.path(sheet))).text


async def test_the_rules_of_an_edition_lead_to_what_is_printed(
    visitor: Browser, open_edition: Edition
) -> None:
    edition = await visitor.get(open_edition.path())

    assert (await visitor.follow(edition, "Bulletin papier")).h1 == "Bulletin papier"
    await visitor.follow(edition, "Affiche")


async def test_a_vote_that_closes_at_midnight_ends_on_the_day_before(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await make_edition(site, closes_at=datetime(2026, 12, 1, tzinfo=UTC))

    page = await visitor.get(edition.path("poster"))

    assert page.says("au 30 novembre 2026")


ASKED = election(100, a=60, b=50, c=40, d=10, e=5)


@pytest.mark.parametrize(("order", "taken"), [
    ("acd", "ac"), ("bad", "bd"), ("abc", "ac"), ("", ""), ("aa", "a"), ("zd", "d"), ("edcba", "edc"),
])  # fmt: skip
def test_a_knapsack_on_paper_is_filled_in_the_order_of_its_places(order, taken):
    knapsack = BALLOT_KINDS["knapsack"]
    limits = limits_of(knapsack, {"budget": 100})

    marks = knapsack.from_paper(Marks.ranked(order), limits, ASKED.options)

    assert marks == Marks.chosen(taken)
    assert not taken or knapsack.problems(marks, limits, ASKED.options) == ()


def test_the_other_kinds_say_on_paper_what_they_say_on_screen():
    for name in ("approval", "choose-one", "points", "ranking"):
        kind = BALLOT_KINDS[name]
        marks = Marks((("a", 2), ("b", 1)))

        assert kind.from_paper(marks, limits_of(kind, {}), ASKED.options) is marks


def test_too_many_signs_become_a_box_to_write_in():
    assert signs(PaperStyle.POINTS, 10).signs == 10
    assert signs(PaperStyle.PLACES, 11).style is PaperStyle.NUMBER
