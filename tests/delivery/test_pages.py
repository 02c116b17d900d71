"""What everybody reads of the funded projects: the late ones first, and silence told by the clock."""

from datetime import timedelta
from pathlib import Path

import pytest

from pacto_participe import demo
from pacto_participe.delivery.domain import Status
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import dirhams
from pacto_participe.voting import queries
from pacto_participe.voting.jobs import count_and_publish
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.services.importing import import_election
from pacto_participe.web import formats
from tests.delivery.following import final_edition, say
from tests.pages import Browser, Page, weight
from tests.town import NEIGHBOUR_SLUG, TOWN, TOWN_SLUG, LiveSite, count, make_edition

ELSEWHERE = Path(demo.__file__).parent / "pabulib" / "Poland_Swiecie_2023.pb.gz"


def order_of(page: Page) -> list[str]:
    """The titles of the projects, as they follow one another."""
    return [title.text.split(".")[0] for title in page.tree.elements("h3")]


async def test_all_funded_projects_stand_there_the_late_ones_first(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1, Status.WORKS)
    await say(site, edition, 1, Status.DONE, spent_cents=dirhams(278_000))
    await say(site, edition, 4, Status.WORKS)
    await say(
        site, edition, 2, Status.LATE,
        text=Texts.of({"ar": "في انتظار رخصة", "fr": "Un permis manque"}),
    )  # fmt: skip

    page = await visitor.get(edition.path("delivery/"))

    assert order_of(page)[0] == "2"
    assert order_of(page)[-1] == "1"
    assert page.says("En retard", "Nouvelle date", "22 janvier 2027", "Travaux en cours")
    assert page.says("Livré le 23 novembre 2026. Coût final : 278 000 DH sur 280 000 DH.")
    assert page.says("Terminé", "Prochaine étape : fin des travaux")
    arabic = await visitor.get(edition.path("delivery/", lang="ar"))
    assert arabic.says("متأخر", "التاريخ الجديد", "منجز")


async def test_a_project_tells_update_by_update_and_what_was_corrected(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4, Status.PROCUREMENT, spent_cents=0)
    await say(
        site, edition, 4, Status.WORKS, spent_cents=dirhams(400_000),
        text=Texts.of({"fr": "Quatre cent mille payés"}),
    )  # fmt: skip
    site.clock.move(timedelta(days=1))
    await say(site, edition, 4, Status.WORKS, corrects=True, spent_cents=dirhams(40_000))

    page = await visitor.get(edition.path("delivery/4"))

    assert page.h1 == "4. Éclairage solaire"
    assert page.says("Corrigé le 24 novembre 2026", "Quatre cent mille payés", "40 000 DH")
    (told,) = [item for item in page.tree.elements("ol") if item.get("class") == "tl"]
    updates = [item.text for item in told.elements("li")]
    assert len(updates) == 4
    assert "Appel d’offres" in updates[2]
    assert "Choisi par les habitants" in updates[3]


async def test_before_the_first_update_a_project_is_planned(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site, days_ago=10)

    page = await visitor.get(edition.path("delivery/1"))

    assert page.says("Prévu", "Pas encore de nouvelle", "15 janvier 2027")


async def test_thirty_days_after_a_promise_the_page_says_by_itself_that_there_is_no_news(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4)
    site.clock.move(timedelta(days=60 + 30))
    assert not (await visitor.get(edition.path("delivery/4"))).says("Pas de nouvelles")
    assert (await visitor.get(edition.path("delivery/"))).says("Cette date est passée")

    site.clock.move(timedelta(days=1))

    for path in ("delivery/4", "delivery/", "results", "projects/4"):
        page = await visitor.get(edition.path(path))
        assert page.says("Pas de nouvelles depuis le 23 novembre 2026"), path
    arabic = await visitor.get(edition.path("delivery/4", lang="ar"))
    assert arabic.says("لا جديد منذ 23 نونبر 2026")


async def test_while_the_result_is_provisional_everything_is_planned(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site, days_ago=2)

    page = await visitor.get(edition.path("delivery/"))
    results = await visitor.get(edition.path("results"))

    assert page.says("Le résultat est provisoire jusqu’au")
    assert set(order_of(page)) == {"1", "2", "3", "4"}
    assert results.says("Que sont devenus les projets financés ?", "Prévu")
    await visitor.get(edition.path("delivery/1"))


async def test_there_is_nothing_before_the_count_and_nothing_of_who_was_not_funded(
    site: LiveSite, visitor: Browser, open_edition
) -> None:
    await visitor.get(open_edition.path("delivery/"), status=404)
    edition = await final_edition(site)
    await visitor.get(edition.path("delivery/5"), status=404)
    await visitor.get(edition.path("delivery/99"), status=404)
    await visitor.get(f"/fr/c/{NEIGHBOUR_SLUG}/budgets/2025/delivery/", status=404)
    await visitor.get(f"/fr/c/{TOWN_SLUG}/budgets/1999/delivery/", status=404)


async def test_where_nobody_voted_nothing_is_followed(site: LiveSite, visitor: Browser) -> None:
    closes_at = site.clock.instant - timedelta(days=50)
    edition = await make_edition(
        site, edition="2025", opens_at=closes_at - timedelta(days=14), closes_at=closes_at
    )
    await count(site, edition)

    await visitor.get(edition.path("delivery/"), status=404)
    assert "delivery" not in (await visitor.get(edition.path("results"))).html
    assert "delivery" not in (await visitor.get("/fr/c/tiznit/")).html


async def test_an_election_held_elsewhere_has_no_delivery(site: LiveSite, visitor: Browser) -> None:
    async with site.work() as uow:
        imported = await import_election(
            uow, site.web.secrets, read_file(ELSEWHERE), collectivity_id=TOWN
        )
    vote = await queries.vote_by_edition(site.web.database, TOWN, imported.edition)
    assert vote is not None
    await count_and_publish(site.web, vote, official=imported.official)
    base = f"/fr/c/tiznit/budgets/{imported.edition}/"

    results = await visitor.get(f"{base}results")

    assert "delivery" not in results.html
    await visitor.get(f"{base}delivery/", status=404)
    assert "delivery" not in (await visitor.get("/fr/c/tiznit/")).html


# Links from the pages of the vote


async def test_the_results_lead_to_each_winner(site: LiveSite, visitor: Browser) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4)

    page = await visitor.get(edition.path("results"))

    assert page.says("Que sont devenus les projets financés ?")
    for number in (1, 2, 3, 4):
        assert edition.path(f"delivery/{number}") in page.links.values()
    assert edition.path("delivery/") in page.links.values()
    assert page.says("Travaux en cours")


async def test_a_project_that_was_funded_says_what_became_of_it(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4)

    funded = await visitor.get(edition.path("projects/4"))
    other = await visitor.get(edition.path("projects/5"))

    assert funded.says("Qu’est-il devenu ?", "Travaux en cours", "fin des travaux")
    assert (await visitor.follow(funded, "Suivre ce projet")).path == edition.path("delivery/4")
    assert "delivery" not in other.html


async def test_the_home_shows_the_last_edition_that_is_final_the_late_ones_first(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site, days_ago=50)
    await say(site, edition, 1, Status.WORKS)
    await say(site, edition, 1, Status.DONE, spent_cents=dirhams(278_000))
    await say(site, edition, 4, Status.WORKS)
    await say(site, edition, 3, Status.LATE)
    await make_edition(site)

    page = await visitor.get("/fr/c/tiznit/")

    part = next(
        item for item in page.tree.elements("section") if "Où en sont les projets" in item.text
    )
    titles = [item.text for item in part.elements("b") if item.text and not item.text.isdigit()]
    assert titles[0] == "Passerelle pour piétons"
    assert len(titles) == 3
    assert (await visitor.follow(page, "Suivre tous les projets")).path == edition.path("delivery/")


async def test_the_home_of_a_town_without_a_final_vote_says_nothing_of_it(
    site: LiveSite, visitor: Browser, open_edition
) -> None:
    assert "delivery" not in (await visitor.get("/fr/c/tiznit/")).html


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_every_page_can_be_read_in_every_language(
    site: LiveSite, visitor: Browser, lang: str
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1, Status.ABANDONED)
    await say(site, edition, 2, Status.PROCUREMENT, spent_cents=dirhams(1_000_000))
    await say(site, edition, 4, Status.LATE)

    for path in ("delivery/", "delivery/1", "delivery/2", "delivery/4", "results", "projects/1"):
        page = await visitor.get(edition.path(path, lang=lang))
        assert weight(page.response) <= 20_000
    await visitor.get(f"/{lang}/c/tiznit/")


async def test_what_is_typed_cannot_break_a_page(site: LiveSite, visitor: Browser) -> None:
    edition = await final_edition(site)
    bad = "<script>alert(1)</script> \u202e"
    await say(site, edition, 1, Status.ABANDONED, text=Texts.of({"fr": bad}), decision=bad)

    for path in ("delivery/", "delivery/1", "results", "projects/1"):
        assert "<script>alert" not in (await visitor.get(edition.path(path))).html


async def test_money_is_told_to_the_centime(site: LiveSite, visitor: Browser) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1, spent_cents=1_234_56)

    page = await visitor.get(edition.path("delivery/1"))

    assert formats.number(1_234) + ",56" in page.text
