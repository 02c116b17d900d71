"""Staff find the pages of their work in their account and in the menu of their town; nobody else does."""

import pytest

COUNTER = "/fr/staff/tiznit/counter"
PEOPLE = "/fr/staff/tiznit/people"
LIST = "/fr/staff/tiznit/list"


async def test_a_clerk_finds_the_counter_from_the_account(clerk) -> None:
    page = await clerk.get("/fr/account")

    assert page.says("Je travaille pour : Commune de Tiznit", "Agent de guichet")
    counter = await clerk.follow(page, "Guichet : vérifier un habitant")
    assert counter.path.startswith(COUNTER)


async def test_the_counter_leads_to_the_other_pages_of_a_clerk(clerk) -> None:
    links = (await clerk.get(COUNTER)).links.values()

    assert "/fr/staff/tiznit/resident" in links
    assert PEOPLE not in links
    assert LIST not in links


async def test_an_administrator_finds_people_and_lists(administrator) -> None:
    links = (await administrator.get("/fr/account")).links.values()

    assert {COUNTER, PEOPLE, LIST} <= set(links)


@pytest.mark.parametrize("path", ["/fr/account", "/fr/c/tiznit/"])
async def test_a_resident_sees_no_page_of_staff(resident, path) -> None:
    page = await resident.get(path)

    assert not [link for link in page.links.values() if "/staff/" in link]


async def test_a_name_that_was_refused_stays_as_it_was_typed(resident) -> None:
    page = await resident.get("/fr/account")

    refused = await resident.submit(page.form("/fr/account"), name="F" * 61, status=422)

    assert refused.form("/fr/account").fields["name"] == ["F" * 61]
