"""Another way of counting: what the other rule would have funded, and who gets something under each."""

import json

import pytest

from pacto_participe.voting import queries
from pacto_participe.voting.domain import PRESETS
from tests.invented import invented_projects
from tests.town import MILLION, Edition, LiveSite, cast, make_edition
from tests.voting.counting_day import count

NBSP = "\u00a0"
# With 10 000 each: project 1 costs its 70 supporters 4 000, project 2 can be paid by its 40 soon after,
# and the 60 of project 3 would need 10 334 each. By votes project 3 comes second and takes the money.
HOME = {"Hay Salam": (("1,3", 60),), "Hay Nassim": (("1,2", 10), ("2", 30))}


async def counted(site: LiveSite, rule: str) -> Edition:
    edition = await make_edition(
        site,
        projects=invented_projects(3),
        budget_cents=MILLION,
        parameters=PRESETS[rule],
        edition=rule,
    )
    for area, ballots in HOME.items():
        await cast(site, edition, ballots, area=area)
    await count(site, edition)
    return edition


@pytest.mark.parametrize(
    ("rule", "other", "gained", "lost", "ours", "theirs"),
    [
        ("greedy-skip", "equal-shares", "2", "3", (70, 60, 10), (100, 60, 40)),
        ("equal-shares-add1", "most-votes", "3", "2", (100, 60, 40), (70, 60, 10)),
    ],
)
async def test_each_rule_is_compared_with_the_other_by_voters_and_by_area(
    site, visitor, rule, other, gained, lost, ours, theirs
):
    edition = await counted(site, rule)

    file = await queries.published_file(site.web.database, edition.key, "result.json")
    result = json.loads(file.content)
    told = result["comparison"]
    cells = (told["overall"], *sorted(told["by_area"], key=lambda cell: cell["name"], reverse=True))

    assert told["rule"] == other
    assert set(told["winners"]) - set(result["winners"]) == {gained}
    assert set(result["winners"]) - set(told["winners"]) == {lost}
    assert [cell["name"] for cell in cells] == ["", "Hay Salam", "Hay Nassim"]
    assert tuple(cell["ballots"] for cell in cells) == (100, 60, 40)
    assert tuple(cell["ours"] for cell in cells) == ours
    assert tuple(cell["other"] for cell in cells) == theirs


async def test_the_page_says_who_gains_who_loses_and_how_many_get_something(site, visitor):
    edition = await counted(site, "greedy-skip")
    await visitor.get(edition.path("results", lang="ar"))
    page = await visitor.get(edition.path("results"))

    section = next(
        item for item in page.tree.elements("section") if item.get("aria-labelledby") == "other"
    )
    rows = [
        [cell.text.replace(NBSP, "") for cell in line.elements("th", "td")]
        for line in section.elements("tr")
    ]

    gained, lost = (item.text for item in section.elements("ul"))
    assert "Jardin pour les enfants" in gained
    assert "Passerelle pour piétons" in lost
    assert rows[1:] == [
        ["Hay Nassim", "25%", "100%"],
        ["Hay Salam", "100%", "100%"],
        ["Tous les votants", "70%", "100%"],
    ]
