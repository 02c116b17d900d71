"""A resident votes: identity, choose, review, confirm, receipt, change until the close."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.people import EndReason
from pacto_participe.kernel.actors import Actor, Role
from tests.pages import Browser
from tests.town import TOWN, Edition, LiveSite, make_edition
from tests.voting.voting_day import ballots_in_box, choose, contents, vote


async def test_a_resident_votes_and_gets_a_receipt(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    review = await choose(resident, open_edition, "1", "4")
    assert review.h1 == "Est-ce bien votre bulletin\u00a0?"
    assert review.says("730 000 DH")

    receipt = await resident.submit(review.form("/confirm"))

    assert receipt.h1 == "Votre vote est compté"
    assert receipt.says("Lundi 23 novembre 2026 à 12 h 00".replace("Lundi", "lundi"))
    assert await contents(site, open_edition) == ["1,4"]


async def test_identity_comes_before_the_ballot(visitor: Browser, open_edition: Edition) -> None:
    page = await visitor.get(open_edition.path("ballot"))

    assert page.path.endswith("/identity")
    assert page.h1 == "Qui vote\u00a0?"


async def test_who_is_verified_before_the_opening_is_told_that_they_are_ready(
    resident: Browser, visitor: Browser, soon_edition: Edition
) -> None:
    page = await resident.get(soon_edition.path("identity"))

    assert page.says("Vous êtes prêt", "Le vote ouvre le")
    assert not page.forms()
    assert (await visitor.get(soon_edition.path("identity"))).form("/identity")


async def test_the_way_of_a_ballot_says_too_that_amazigh_is_not_complete(
    resident: Browser, open_edition: Edition
) -> None:
    page = await resident.get(open_edition.path("ballot", lang="zgh"))

    assert page.says("الأمازيغية غير مكتملة بعد")


async def test_a_neighbour_is_asked_who_they_are(
    neighbour: Browser, open_edition: Edition, site: LiveSite
) -> None:
    page = await neighbour.post(open_edition.path("ballot/confirm"), {"p": ["1"]})

    assert page.path.endswith("/identity")
    assert await ballots_in_box(site, open_edition) == 0


async def test_who_moved_away_meanwhile_casts_no_ballot(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Each ballot asks the roll anew: the review was made while all was well."""
    review = await choose(resident, open_edition, "1")
    clerk = Actor(person_id=uuid4().hex, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(clerk) as uow:
        found = await accounts.find_resident(uow, site.web.secrets, TOWN, "JB 12345")
        await accounts.end_residence(uow, TOWN, found.residence_id, reason=EndReason.MOVED)

    page = await resident.submit(review.form("/confirm"))

    assert page.path.endswith("/identity")
    assert await ballots_in_box(site, open_edition) == 0


async def test_whoever_has_moved_away_is_told_so_and_nobody_else_is(
    database_url: str,
    site: LiveSite,
    visitor: Browser,
    neighbour: Browser,
    resident: Browser,
    open_edition: Edition,
) -> None:
    clerk = Actor(uuid4().hex, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(clerk) as uow:
        found = await accounts.find_resident(uow, site.web.secrets, TOWN, "JB 12345")
        await accounts.end_residence(uow, TOWN, found.residence_id, reason=EndReason.MOVED)
    site.clock.instant += timedelta(days=1)

    told = await resident.get(open_edition.path("ballot"))

    assert told.h1 == "Qui vote\u00a0?"
    assert told.says("Votre résidence ici a pris fin le 23 novembre 2026.", "passez au guichet")
    assert told.link("Trouver ma commune") == "/fr/"
    for other in (visitor, neighbour):
        assert not (await other.get(open_edition.path("ballot"))).says("a pris fin")


async def test_a_session_that_ended_meanwhile_casts_no_ballot_and_keeps_the_choices(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    person_id = await site.person()
    await site.verify(person_id, "JB 12345")
    async with site.work() as uow:
        short = site.browser(await accounts.start_session(uow, person_id, days=1))
    review = await choose(short, open_edition, "1", "4")
    site.clock.move(timedelta(days=1))

    page = await short.submit(review.form("/confirm"))

    assert page.path.endswith("/identity")
    assert await ballots_in_box(site, open_edition) == 0
    again = await (await site.sign_in(person_id)).get(open_edition.path("ballot"))
    assert sorted(again.form("/ballot").fields["p"]) == ["1", "4"]


async def test_choices_are_saved_and_not_counted(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    await choose(resident, open_edition, "2")

    again = await resident.get(open_edition.path("ballot"))
    assert again.form("/ballot").fields["p"] == ["2"]
    assert again.says("Enregistré, pas encore compté")
    assert await ballots_in_box(site, open_edition) == 0


async def test_the_background_save_answers_with_the_status_alone(
    open_edition: Edition, resident: Browser
) -> None:
    page = await resident.post(
        open_edition.path("ballot/draft"), {"p": ["2"]}, headers={"HX-Request": "true"}
    )

    assert page.html.strip().startswith("<p class=")
    assert page.says("Enregistré, pas encore compté")


async def test_a_background_save_that_is_too_late_or_of_nobody_asks_for_the_page_anew(
    site: LiveSite, open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    """Neither the page of the close nor the one that asks who votes is put into the ballot that lies open."""
    draft, by_htmx = open_edition.path("ballot/draft"), {"HX-Request": "true"}

    of_nobody = await visitor.post(draft, {"p": ["2"]}, headers=by_htmx, status=403)
    site.clock.instant = open_edition.charter.closes_at
    too_late = await resident.post(draft, {"p": ["2"]}, headers=by_htmx, status=204)

    for answer in (of_nobody, too_late):
        assert answer.headers["hx-refresh"] == "true"
        assert not answer.html
    assert (await resident.get(open_edition.path("ballot"))).says("Le vote est clos")


async def test_what_a_phone_could_not_send_is_found_by_whoever_chose_it_and_by_nobody_else(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    person_id = await site.person()
    await site.verify(person_id, "JB 99")
    other = await site.sign_in(person_id)

    async def kept_as(who: Browser) -> str:
        page = await who.get(open_edition.path("ballot"))
        forms = page.tree.elements("form")
        return next(form.get("data-voter") for form in forms if "data-voter" in form)

    assert await kept_as(resident) == await kept_as(resident)
    assert await kept_as(resident) != await kept_as(other)


async def test_the_same_confirmation_sent_twice_gives_the_same_receipt(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    review = await choose(resident, open_edition, "1")
    first = await resident.submit(review.form("/confirm"))
    second = await resident.submit(review.form("/confirm"))

    code = next(first.tree.elements("bdi")).text
    assert next(second.tree.elements("bdi")).text == code
    assert await ballots_in_box(site, open_edition) == 1


async def test_going_back_after_the_vote_shows_the_receipt(
    open_edition: Edition, resident: Browser
) -> None:
    await vote(resident, open_edition, "1")

    page = await resident.get(open_edition.path("ballot/review"))
    assert page.h1 == "Votre vote est compté"


async def test_a_vote_can_be_changed_and_the_old_receipt_says_replaced(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    first = await vote(resident, open_edition, "1")
    old_code = next(first.tree.elements("bdi")).text
    site.clock.move(timedelta(hours=1))

    ballot = await resident.get(open_edition.path("ballot") + "?change=1")
    assert ballot.form("/ballot").fields["p"] == ["1"]
    assert ballot.says("reste compté jusqu’à ce que vous confirmiez le nouveau")
    review = await resident.submit(ballot.form("/ballot"), p=["2", "3"])
    second = await resident.submit(review.form("/confirm"))

    assert next(second.tree.elements("bdi")).text != old_code
    assert await contents(site, open_edition) == ["2,3"]
    check = await visitor.get(open_edition.path("receipts") + f"?code={old_code}")
    assert check.says("Remplacé par un bulletin plus récent")


async def test_another_window_does_not_replace_a_counted_ballot_unseen(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Field bug 2: two browser windows."""
    one = await choose(resident, open_edition, "1")
    other = await choose(resident, open_edition, "2")
    await resident.submit(one.form("/confirm"))

    page = await resident.submit(other.form("/confirm"), status=409)

    assert page.says("Vous avez voté", "celui-ci le remplace")
    assert await contents(site, open_edition) == ["1"]
    await resident.submit(page.form("/confirm"))
    assert await contents(site, open_edition) == ["2"]


async def test_too_many_projects_are_told_and_nothing_is_lost(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    ballot = await resident.get(open_edition.path("ballot"))
    page = await resident.submit(ballot.form("/ballot"), status=422, p=["1", "2", "3", "4"])

    assert page.says("Un point à corriger", "À retirer : 1")
    refused = await resident.post(
        open_edition.path("ballot/confirm"), {"p": ["1", "2", "3", "4"]}, status=422
    )
    assert refused.says("Passages sûrs devant les écoles", "Éclairage solaire")
    assert await ballots_in_box(site, open_edition) == 0


@pytest.mark.parametrize("numbers", [[], ["99"], ["1", "nonsense"], ["<script>"]])
async def test_a_ballot_that_names_nothing_real_is_refused(
    site: LiveSite, open_edition: Edition, resident: Browser, numbers: list[str]
) -> None:
    await resident.post(open_edition.path("ballot/confirm"), {"p": numbers}, status=422)

    assert await ballots_in_box(site, open_edition) == 0


@pytest.mark.parametrize(
    ("born", "may"),
    [("30/11/2008", True), ("01/12/2008", False), ("01/01/2016", False)],
)
async def test_who_is_not_of_age_by_the_last_day_is_told_and_cannot_vote(
    site: LiveSite, open_edition: Edition, born: str, may: bool
) -> None:
    """The published rules say 18 years: a slip alone does not make a voter."""
    person_id = await site.person(name="Yassine")
    await site.verify(person_id, "JB 777", born=born)
    young = await site.sign_in(person_id)

    page = await young.get(open_edition.path("ballot"))
    sent = await young.post(
        open_edition.path("ballot/confirm"), {"p": ["1"], "confirmation": "by hand"}
    )

    assert page.path.endswith("/ballot" if may else "/identity")
    assert page.says("L’âge minimum de ce vote est de 18 ans") is not may
    assert sent.path.endswith("/receipt" if may else "/identity")
    assert await ballots_in_box(site, open_edition) == int(may)


async def test_a_vote_can_be_opened_to_the_young(site: LiveSite) -> None:
    edition = await make_edition(site, minimum_age=16)
    person_id = await site.person()
    await site.verify(person_id, "JB 777", born="30/11/2010")
    young = await site.sign_in(person_id)

    await vote(young, edition, "1")

    assert await ballots_in_box(site, edition) == 1


async def test_a_receipt_is_found_by_code_and_by_its_four_words(
    open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    receipt = await vote(resident, open_edition, "1")
    code = next(receipt.tree.elements("bdi")).text
    four = next(item for item in receipt.tree.elements("ol") if item.get("class") == "words")
    words = " ".join(item.text for item in four.elements("bdi"))

    for typed in (code, code.lower().replace("-", ""), words):
        page = await visitor.get(open_edition.path("receipts") + f"?code={typed}")
        assert page.says("Dans l’urne"), typed
    missing = await visitor.get(open_edition.path("receipts") + "?code=0000")
    assert missing.says("8 lettres et chiffres")
    two = await visitor.get(open_edition.path("receipts") + f"?code={' '.join(words.split()[:2])}")
    assert two.says("Un reçu a quatre mots ; ici il y en a 2.")
    nothing = await visitor.get(open_edition.path("receipts") + "?code=")
    assert nothing.says("Saisissez le code ou les quatre mots du reçu.")
    assert not (await visitor.get(open_edition.path("receipts"))).says("Saisissez le code ou les")


async def test_the_short_link_of_a_receipt_leads_to_its_check(
    open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    receipt = await vote(resident, open_edition, "1")
    code = next(receipt.tree.elements("bdi")).text.replace("-", "")

    page = await visitor.get(f"/v/{code}")
    assert "/receipts" in page.path
    await visitor.get("/v/ZZZZZZZZ", status=404)


async def test_no_page_or_address_tells_a_choice_to_others(
    open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    receipt = await vote(resident, open_edition, "4")
    code = next(receipt.tree.elements("bdi")).text

    check = await visitor.get(open_edition.path("receipts") + f"?code={code}")
    assert "Éclairage solaire" not in check.text
    assert receipt.headers["cache-control"] == "no-store"


async def test_the_order_is_the_voters_own_and_stays_the_same(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    async def order(person: Browser) -> list[str]:
        page = await person.get(open_edition.path("ballot"))
        return [i.get("value") for i in page.tree.elements("input") if i.get("name") == "p"]

    other_id = await site.person()
    await site.verify(other_id, "JB 77777")
    other = await site.sign_in(other_id)

    assert await order(resident) == await order(resident)
    assert await order(resident) != await order(other)


async def test_a_swap_makes_room_without_a_dead_end(
    open_edition: Edition, resident: Browser
) -> None:
    ballot = await resident.get(open_edition.path("ballot"))
    swap = await resident.submit(ballot.form("/ballot"), p=["1", "2", "3"], swap="7")
    assert "/swap/7" in swap.path

    back = await resident.submit(swap.form("/swap/7"), leaves="2")

    assert sorted(back.form("/ballot").fields["p"]) == ["1", "3", "7"]


async def test_a_slip_signs_in_and_leads_to_the_ballot(
    site: LiveSite, open_edition: Edition, visitor: Browser
) -> None:
    from pacto_participe.accounts import services as accounts
    from pacto_participe.kernel.actors import Actor, Role

    clerk = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(clerk) as uow:
        slip = await accounts.issue_slip(
            uow, site.web.secrets, TOWN, "JB 4242", "01/02/1980", "Centre"
        )
    identity = await visitor.get(open_edition.path("identity"))

    wrong = await visitor.submit(identity.form("/identity"), code="AAAA-AAAA", status=422)
    assert wrong.form("/identity").fields["code"] == ["AAAA-AAAA"]
    ballot = await visitor.submit(wrong.form("/identity"), code=slip.code)

    assert ballot.path.endswith("/ballot")


async def test_choose_one_is_a_second_kind_on_the_same_way(
    site: LiveSite, resident: Browser
) -> None:
    edition = await make_edition(site, ballot_kind="choose-one", ballot_limits={})

    receipt = await vote(resident, edition, "5")

    assert receipt.h1 == "Votre vote est compté"
    assert await contents(site, edition) == ["5"]


async def test_a_slip_typed_on_the_clerks_phone_is_the_residents_and_ends_the_clerks_session(
    database_url: str, site: LiveSite, open_edition: Edition, clerk: Browser
) -> None:
    counter = await clerk.get(f"/fr/staff/{open_edition.slug}/counter")
    slip = await clerk.submit(counter.form(), cnie="JB 4321", birth_date="12/03/1987")
    code = slip.part("slip-code").text

    who = await clerk.get(open_edition.path("identity"))
    ballot = await clerk.submit(who.form("/identity"), code=code)

    assert ballot.path.endswith("/ballot")
    await clerk.get(f"/fr/staff/{open_edition.slug}/counter", status=404)
    async with site.web.database.read() as session:
        rows = (await session.execute(text(
            "SELECT m.person_id FROM membership m JOIN residence r ON r.person_id = m.person_id"
        ))).all()  # fmt: skip
        tickets = (await session.execute(text(
            "SELECT s.session_id FROM session s JOIN membership m ON m.person_id = s.person_id"
        ))).all()  # fmt: skip
    assert rows == []  # whoever works at the counter did not become this resident
    assert tickets == []
