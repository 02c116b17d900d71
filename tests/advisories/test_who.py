"""Who may do what, see what and download what: every address, every kind of person, both towns."""

import asyncio
from datetime import timedelta

import pytest

from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.people import add_contact
from pacto_participe.kernel.actors import Role
from pacto_participe.storage.sql import Sql
from tests.advisories.walk import ask, places, snapshot
from tests.evidence.tokens import KINDS, Held, Holder
from tests.pages import Browser
from tests.town import (
    NEIGHBOUR_SLUG,
    NEIGHBOUR_TOWN,
    TOWN,
    TOWN_SLUG,
    Edition,
    LiveSite,
    _staff,
    cast,
    count,
    make_edition,
)

LIST = f"/fr/staff/{TOWN_SLUG}/list"
FILES = ("result.json", "ballots.csv", "ballots.pb", "projects.csv", "SHA256SUMS", "all.zip",
         "minutes.fr.html", "minutes.ar.html", "minutes.css")  # fmt: skip


async def test_cve_2023_47634_parallel_confirmations_are_one_ballot(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Decidim counted several endorsements sent at the same instant. Here the key of the ballot decides."""
    answers = await asyncio.gather(
        *(
            resident.http.post(
                open_edition.path("ballot/confirm"),
                data={"p": [str(number % 7 + 1)], "confirmation": f"window {number}"},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            for number in range(20)
        )
    )

    assert sorted({answer.status_code for answer in answers}) == [303, 409]
    assert [answer.status_code for answer in answers].count(303) == 1
    counted = await site.web.database.quick.all(Sql("SELECT content FROM ballot"))
    receipts = await site.web.database.quick.all(Sql("SELECT code FROM receipt"))
    assert len(counted) == len(receipts) == 1


@pytest.mark.parametrize("role", list(Role))
async def test_cve_2026_45415_only_an_administrator_brings_a_list(
    site: LiveSite, role: Role
) -> None:
    """A participant manager of Decidim edited the census. Here the list makes voters: the door and the
    service ask for an administrator."""
    browser = await _staff(site, role, TOWN)
    content = "cnie,birth_date\nJT4321,12/03/1987\n"

    answer = await browser.http.post(
        LIST, data={"act": "import"}, files={"file": ("list.csv", content, "text/csv")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip

    listed = await site.web.database.quick.all(Sql("SELECT identity FROM listed_person"))
    may = role is Role.ADMINISTRATOR
    assert answer.status_code == (200 if may else 403)
    assert len(listed) == (1 if may else 0)


@pytest.mark.parametrize("role", [None, *Role])
async def test_cve_2026_40869_no_form_of_the_staff_serves_anyone_else(
    site: LiveSite, open_edition: Edition, role: Role | None
) -> None:
    """Anybody accepted amendments in Decidim. Every form of the staff, by a visitor, a resident and each
    role of the next town: nothing changes, and nobody learns what stands there."""
    browser = (
        await _staff(site, role, NEIGHBOUR_TOWN)
        if role
        else await site.sign_in(await site.person(name="Hassan"))
    )
    visitor = site.browser()
    before = snapshot(site)
    walked = 0
    for method in ("GET", "POST"):
        for place in places(site, method):
            if "/staff/" not in place.path:
                continue
            walked += 1
            assert (await ask(browser, place, {})).status_code == 404, str(place)
            answer = await ask(visitor, place, {})
            assert answer.status_code == 303, str(place)
            assert "/sign-in" in answer.headers["location"]
    assert walked >= 10
    assert snapshot(site) == before


@pytest.mark.parametrize("role", list(Role))
async def test_cve_2026_45086_and_cve_2023_36465_a_role_does_nothing_that_is_anothers(
    site: LiveSite, open_edition: Edition, role: Role
) -> None:
    """Editors of Decidim did what they were shown no button for. Here every form of the staff that is not
    of one's own role in one's own town."""
    browser = await _staff(site, role, TOWN)
    before = snapshot(site)
    refused = 0
    for place in places(site, "POST"):
        if "/staff/" in place.path and role not in place.address.may.roles:
            assert (await ask(browser, place, {})).status_code == 403, str(place)
            refused += 1
    assert (refused == 0) is (role is Role.ADMINISTRATOR)
    assert snapshot(site) == before


async def test_cve_2026_45414_a_slip_of_one_town_is_none_in_another(
    site: LiveSite, open_edition: Edition
) -> None:
    """A token of one organisation was accepted by another. Each of ours says its town in the key that
    finds it."""
    holder = Holder(site, open_edition)
    code = await holder.slip("JT77")
    browser = site.browser()

    await browser.post(
        f"/fr/c/{NEIGHBOUR_SLUG}/residence", {"way": "slip", "code": code}, status=422
    )

    assert "session" not in browser.http.cookies
    assert await KINDS["slip"].use(holder, Held(code, browser))


async def test_cve_2026_45330_files_and_pages_of_one_town_are_not_found_in_another(
    site: LiveSite, open_edition: Edition
) -> None:
    """An administrator of one organisation read the identity documents of another. There are no such
    documents here; what there is, is found under its own town only."""
    await cast(site, open_edition, [("1", 60)])
    await count(site, open_edition)
    administrator = await _staff(site, Role.ADMINISTRATOR, NEIGHBOUR_TOWN)
    here = f"/fr/c/{TOWN_SLUG}/budgets/2026/"
    there = f"/fr/c/{NEIGHBOUR_SLUG}/budgets/2026/"
    for name in ("", "projects/", "results", *(f"results/data/{file}" for file in FILES)):
        assert (await administrator.http.get(here + name)).status_code == 200, name
        assert (await administrator.http.get(there + name)).status_code == 404, name


async def test_cve_2026_45378_and_cve_2026_45377_no_address_hands_out_anything_for_a_signature_alone(
    site: LiveSite, open_edition: Edition
) -> None:
    """Signed links to files of Decidim worked without signing in, again and again. Here one address
    takes a signature, it gives nothing by itself, and personal data want the session of their owner."""
    signed = [a.path for a in site.web.addresses.all if "{token}" in a.path and a.method == "GET"]
    assert signed == ["/sign-in/link/{token}"]
    held = await KINDS["link"].get(Holder(site, open_edition))

    thief = site.browser()
    answer = await thief.http.get(f"/fr/sign-in/link/{held.text}")
    data = await thief.http.get("/fr/account/data")

    assert answer.status_code == 422
    assert data.status_code == 303
    assert "set-cookie" not in answer.headers


async def test_cve_2025_65017_each_gets_their_own_data_however_many_ask_at_once(
    database_url: str, site: LiveSite
) -> None:
    """Exports of two people got mixed up by short ids. Here nothing is kept to be fetched later: the
    file is made for who asks, and only a session says who that is."""
    browsers = []
    for number in range(8):
        person = await site.person(name=f"Nom {number}")
        contact = read_contact(f"personne{number}@example.ma")
        assert contact is not None
        async with site.work() as uow:
            await add_contact(uow, contact, person, most=4)
        browsers.append(await site.sign_in(person))

    answers = await asyncio.gather(
        *(browser.http.get("/fr/account/data?person_id=1&id=2") for browser in browsers * 3)
    )

    for place, answer in enumerate(answers):
        number = place % 8
        assert answer.json()["name"] == f"Nom {number}"
        contacts = [contact["value"] for contact in answer.json()["contacts"]]
        assert contacts == [f"personne{number}@example.ma"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("state", ["soon", "open", "closed"])
async def test_cve_2026_40870_and_cve_2024_27090_no_other_view_tells_what_is_not_published(
    site: LiveSite, visitor: Browser, state: str
) -> None:
    """An API and an embedded page showed what the page itself did not. Before the count no address at
    all gives a file of the count, in any state of the vote."""
    edition = await make_edition(site)
    await cast(site, edition, [("1", 40), ("2,3", 20)])
    charter = edition.charter
    site.clock.instant = {
        "soon": charter.opens_at - timedelta(hours=1),
        "open": charter.opens_at + timedelta(hours=1),
        "closed": charter.closes_at,
    }[state]
    hidden = [*(f"results/data/{name}" for name in FILES), "results/rounds"]
    for name in hidden:
        for more in ("", "?preview=1", "?format=json", "?embed=1", "?print=1"):
            assert (await visitor.http.get(edition.path(name) + more)).status_code == 404, name
    for name in ("results", "results/data/", ""):
        for more in ("?format=json", "?preview=1", "?print=1", "?page=2"):
            answer = await visitor.http.get(edition.path(name) + more)
            assert answer.headers["content-type"].startswith("text/html")
            assert "ballots.csv" not in answer.text


@pytest.mark.parametrize("way", ["code", "link"])
async def test_cve_2023_48220_an_expired_offer_is_not_taken_by_signing_in_anew(
    database_url: str, site: LiveSite, open_edition: Edition, way: str
) -> None:
    """An expired invitation of Decidim was taken by way of a new password. There is no such way here:
    an offer is a row that the clock ends, whoever signs in and however."""
    holder = Holder(site, open_edition)
    contact = holder.address()
    offer = await holder.offer(contact)
    site.clock.move(timedelta(days=7))
    browser = await holder.sign_in(contact)

    assert not await KINDS["offer"].use(holder, Held(offer, browser))

    page = await browser.get("/fr/account")
    assert "rôle vous est proposé" not in page.text
    await browser.post("/fr/account/password", {"new_password": "assez longue phrase"}, status=404)
    await browser.get(f"/fr/staff/{TOWN_SLUG}/counter", status=404)
