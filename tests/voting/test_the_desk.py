"""A polling desk on a shared device: the clerk sees no choice, and the voter has no power of the clerk."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.accounts.services.passwords import hash_of
from pacto_participe.accounts.services.staff import add_staff
from pacto_participe.kernel.actors import Actor, Role
from tests.pages import Browser, Page
from tests.recorded import bodies
from tests.town import (
    CLOSES,
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
from tests.voting.test_who_is_on_the_roll import moved_away, verified
from tests.voting.voting_day import ballots_in_box, choose, contents, vote

DESK = f"/fr/desk/{TOWN_SLUG}/"
OPENING = f"/fr/staff/{TOWN_SLUG}/desk"
PIN = "204681"
PASSWORD = "une phrase assez longue"
FATIMA = {"cnie": "JB 1", "birth_date": "12/03/1987"}
HASSAN = {"cnie": "JB 2", "birth_date": "01/01/1960"}


async def open_desk(device: Browser, edition: str = "2026") -> Page:
    opening = await device.get(OPENING)
    return await device.submit(opening.form("/desk"), vote=edition, pin=PIN)


async def identified(device: Browser, **card: str) -> Page:
    desk = await device.get(DESK)
    return await device.submit(desk.form(DESK), **{"pin": PIN, **card})


async def voted(device: Browser, edition: Edition, *numbers: str) -> Page:
    """Whoever holds the device votes, to the receipt."""
    ballot = await device.get(edition.path("ballot"))
    review = await device.submit(ballot.form("/ballot"), p=list(numbers))
    return await device.submit(review.form("/confirm"))


@pytest.fixture
async def desk(site: LiveSite, open_edition: Edition, clerk: Browser) -> Browser:
    """A device that a clerk has made a desk; Fatima and Hassan are verified."""
    await verified(site, FATIMA["cnie"], FATIMA["birth_date"])
    await verified(site, HASSAN["cnie"], HASSAN["birth_date"])
    assert (await open_desk(clerk)).h1 == "Bureau de vote\u00a0: qui vote maintenant\u00a0?"
    return clerk


async def rows(site: LiveSite, statement: str) -> list[tuple[object, ...]]:
    async with site.web.database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement))).all()]


async def test_a_day_at_the_desk(
    database_url: str, site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    handed = await identified(desk, **FATIMA)
    assert handed.h1 == "Passez l’appareil, s’il vous plaît"
    first = await voted(desk, open_edition, "1", "4")
    assert first.h1 == "Votre vote est compté"
    assert not first.says("Afficher mes choix")
    cleared = await desk.submit(first.form("/clear"))
    assert cleared.says("L’écran est effacé")

    await identified(desk, **HASSAN)
    ballot = await desk.get(open_edition.path("ballot"))
    assert ballot.form("/ballot").fields.get("p", []) == []
    await voted(desk, open_edition, "2")
    await desk.post(f"{DESK}clear", {})

    assert await contents(site, open_edition) == ["1,4", "2"]
    ending = await desk.get(f"{DESK}end")
    await desk.submit(ending.form("/end"), pin=PIN)
    [opened] = await bodies(site.web.database, "voting:desk:opened")
    [closed] = await bodies(site.web.database, "voting:desk:closed")
    assert closed == {**opened, "turns": 2}
    assert await rows(site, "SELECT * FROM desk") == []
    assert "/sign-in" in (await desk.get(OPENING)).path  # nobody is signed in on the device
    assert await rows(site, "SELECT channel FROM ballot") == [("web",), ("web",)]


async def test_the_clerk_has_left_the_device_and_staff_pages_lead_back_to_the_desk(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    assert await rows(site, "SELECT session_id FROM session") == []
    for path in (f"/fr/staff/{TOWN_SLUG}/counter", f"/fr/staff/{TOWN_SLUG}/people", OPENING,
                 "/fr/account", "/fr/sign-in", open_edition.path("identity"),
                 open_edition.path("receipts")):  # fmt: skip
        assert (await desk.get(path)).path == DESK, path
    sent = await desk.post("/fr/sign-in/password", {"email": "a@b.ma", "password": "x" * 20})
    assert sent.path == DESK


async def test_the_one_who_holds_the_device_has_no_other_vote_and_no_other_town(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    other = await make_edition(site, edition="2027")
    neighbours = await make_edition(site, edition="2026", town=NEIGHBOUR_TOWN)
    await identified(desk, **FATIMA)

    assert (await desk.get(other.path("ballot"))).path == DESK
    assert (await desk.get(open_edition.path("ballot"))).path == open_edition.path("ballot")
    # The cookie is of a desk of this town: in the next one it is nobody's.
    assert (await desk.get(neighbours.path("ballot"))).path == DESK
    assert (await desk.get("/fr/desk/tafraout/")).path != "/fr/desk/tafraout/"


@pytest.mark.parametrize(
    "pin", ["", "204682", "20468", "abcdef", "<script>", "٢٠٤٦٨٢", "9" * 10_000]
)
async def test_nobody_is_identified_without_the_pin(
    site: LiveSite, open_edition: Edition, desk: Browser, pin: str
) -> None:
    page = await desk.get(DESK)

    refused = await desk.submit(page.form(DESK), status=422, **{**FATIMA, "pin": pin})

    assert refused.says("Ce n’est pas le code PIN de ce bureau")
    assert refused.form(DESK).fields["cnie"] == [FATIMA["cnie"]]
    assert refused.form(DESK).fields["pin"] == [""]
    assert (await desk.get(open_edition.path("ballot"))).path == DESK


async def test_ten_wrong_pins_and_the_device_waits(desk: Browser, open_edition: Edition) -> None:
    for _ in range(10):
        await desk.post(f"{DESK}end", {"pin": "111112"}, status=422)

    await desk.post(f"{DESK}end", {"pin": PIN}, status=429)


async def test_a_pin_may_be_typed_in_arabic_digits(desk: Browser, open_edition: Edition) -> None:
    handed = await identified(desk, **{**FATIMA, "pin": "٢٠٤٦٨١"})

    assert handed.h1 == "Passez l’appareil, s’il vous plaît"


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "111111", "abcdef"])
async def test_a_weak_pin_opens_no_desk(
    site: LiveSite, open_edition: Edition, clerk: Browser, pin: str
) -> None:
    opening = await clerk.get(OPENING)

    await clerk.submit(opening.form("/desk"), status=422, vote="2026", pin=pin)

    assert await rows(site, "SELECT * FROM desk") == []
    assert (await clerk.get(OPENING)).status == 200  # the clerk is still signed in


async def test_a_desk_opens_for_an_open_vote_only_and_by_clerks_only(
    site: LiveSite, soon_edition: Edition, clerk: Browser, resident: Browser
) -> None:
    assert (await clerk.get(OPENING)).says("Aucun vote n’est ouvert ici")
    await clerk.post(OPENING, {"vote": "2026", "pin": PIN}, status=422)
    await clerk.post(OPENING, {"vote": "1999", "pin": PIN}, status=422)
    observer = await _staff(site, Role.OBSERVER, TOWN)
    await observer.post(OPENING, {"vote": "2026", "pin": PIN}, status=403)
    await resident.post(OPENING, {"vote": "2026", "pin": PIN}, status=404)
    elsewhere = await _staff(site, Role.CLERK, NEIGHBOUR_TOWN)
    await elsewhere.post(OPENING, {"vote": "2026", "pin": PIN}, status=404)


async def test_a_clerk_whose_role_has_ended_identifies_nobody(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    async with site.work() as uow:
        await uow.session.execute(
            text("UPDATE membership SET until = :now"),
            {"now": "2026-11-23 11:00:00.000000"},
        )

    page = await desk.get(DESK)
    await desk.submit(page.form(DESK), status=403, **{**FATIMA, "pin": PIN})


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({"cnie": "", "birth_date": ""}, "le numéro et la date de naissance"),
        ({"cnie": "???", "birth_date": "12/03/1987"}, ""),
        ({"cnie": "JB 1", "birth_date": "hier"}, ""),
        ({"code": "AAAA-AAAA"}, ""),
        ({"cnie": "<script>alert(1)</script>" * 400, "birth_date": "\u202e" * 10_000}, ""),
        ({"cnie": "JB 77", "birth_date": "01/01/2015"}, "18 ans"),
    ],
)
async def test_who_cannot_be_identified_does_not_get_the_device(
    site: LiveSite, open_edition: Edition, desk: Browser, card: dict[str, str], said: str
) -> None:
    page = await desk.get(DESK)

    refused = await desk.submit(page.form(DESK), status=422, **{"pin": PIN, **card})

    assert refused.says(said)
    assert (await desk.get(open_edition.path("ballot"))).path == DESK
    # Nothing stays of a child whose card was seen: the whole transaction went back.
    assert len(await rows(site, "SELECT residence_id FROM residence")) == 2


async def test_someone_who_was_never_verified_is_verified_at_the_desk_and_the_journal_has_it(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, cnie="JB 99", birth_date="05/05/1970", district="Centre")
    await voted(desk, open_edition, "1")

    [event] = await bodies(site.web.database, "accounts:residence:verified")
    assert event["is_new_resident"] is True
    assert await ballots_in_box(site, open_edition) == 1


async def test_nothing_is_written_of_someone_who_was_verified_already(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    before = await rows(site, "SELECT count(*) FROM event")
    people = await rows(site, "SELECT count(*) FROM person")

    await identified(desk, **FATIMA)
    await voted(desk, open_edition, "1")

    assert await rows(site, "SELECT count(*) FROM event") == before
    assert await rows(site, "SELECT count(*) FROM person") == people


async def test_a_slip_serves_at_the_desk(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    from pacto_participe.kernel.actors import Actor

    clerk = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(clerk) as uow:
        slip = await accounts.issue_slip(uow, site.web.secrets, TOWN, "JB 55", "12/03/1987")

    await identified(desk, code=slip.code)
    await voted(desk, open_edition, "3")

    assert await contents(site, open_edition) == ["3"]


async def test_what_was_chosen_at_home_is_not_shown_at_the_desk(
    site: LiveSite, open_edition: Edition, resident: Browser, clerk: Browser
) -> None:
    """The clerk could identify a neighbour and look: neither draft nor ballot may appear."""
    receipt = await vote(resident, open_edition, "1", "4")
    ballot = await resident.get(f"{open_edition.path('ballot')}?change=1")
    await resident.submit(ballot.form("/ballot"), p=["2"])  # a draft, not confirmed
    await open_desk(clerk)
    await identified(clerk, cnie="JB 12345", birth_date="12/03/1987")

    for query in ("", "?change=1"):
        page = await clerk.get(open_edition.path("ballot") + query)
        assert page.form("/ballot").fields.get("p", []) == []
        assert page.says("reste compté")
    review = await clerk.get(open_edition.path("ballot/review"))
    assert review.path == open_edition.path("ballot")
    shown = await clerk.get(open_edition.path("receipt"))
    assert shown.path == open_edition.path("ballot")
    assert receipt.h1 == "Votre vote est compté"


async def test_who_voted_online_may_change_at_the_desk_and_has_one_ballot(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser, clerk: Browser
) -> None:
    await vote(resident, open_edition, "1", "4")
    await open_desk(clerk)
    await identified(clerk, cnie="JB 12345", birth_date="12/03/1987")

    receipt = await voted(clerk, open_edition, "5")

    assert receipt.h1 == "Votre vote est compté"
    assert await contents(site, open_edition) == ["5"]


async def test_moving_away_and_coming_back_or_a_new_account_give_no_second_ballot(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser, clerk: Browser
) -> None:
    await vote(resident, open_edition, "1", "4")
    [(residence, person)] = await rows(site, "SELECT residence_id, person_id FROM residence")
    await moved_away(site, str(residence))
    async with site.work() as uow:
        await accounts.close_account(uow, str(person))
    await open_desk(clerk)

    # The same card, as if never seen before: the clerk verifies, the person votes.
    await identified(clerk, cnie="JB 12345", birth_date="12/03/1987", district="Centre")
    ballot = await clerk.get(open_edition.path("ballot"))
    assert ballot.says("reste compté")
    await voted(clerk, open_edition, "5")

    assert await contents(site, open_edition) == ["5"]
    [event] = await bodies(site.web.database, "accounts:residence:verified")
    assert event["is_new_resident"] is False


async def test_the_same_resident_on_a_phone_and_at_two_desks_at_once_has_one_ballot(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser, clerk: Browser
) -> None:
    other = await _staff(site, Role.CLERK, TOWN)
    card = {"cnie": "JB 12345", "birth_date": "12/03/1987"}
    reviews = []
    for device in (clerk, other):
        await open_desk(device)
        await identified(device, **card)
    for device, choice in ((clerk, "1"), (other, "2"), (resident, "3")):
        reviews.append((device, await choose(device, open_edition, choice)))

    async def confirm(device: Browser, review: Page) -> int:
        form = review.form("/confirm")
        sent = await device.http.post(form.action, data=form.filled({}))
        return int(sent.status_code)

    answers = await asyncio.gather(*(confirm(*pair) for pair in reviews))

    assert sorted(answers) == [303, 409, 409]
    assert await ballots_in_box(site, open_edition) == 1


async def test_two_who_identify_at_once_on_one_desk_begin_one_turn(
    database_url: str, site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    async def send(card: dict[str, str]) -> int:
        return int((await desk.http.post(DESK, data={"pin": PIN, **card})).status_code)

    answers = await asyncio.gather(send(FATIMA), send(HASSAN), send(FATIMA))

    assert sorted(answers) == [303, 422, 422]
    assert await rows(site, "SELECT turns FROM desk") == [(1,)]


async def test_a_page_of_a_former_voter_confirms_nothing_for_the_next(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    stale = await choose(desk, open_edition, "1", "4")
    await desk.post(f"{DESK}clear", {})
    await identified(desk, **HASSAN)

    sent = await desk.submit(stale.form("/confirm"))

    assert sent.path == open_edition.path("ballot")
    assert await ballots_in_box(site, open_edition) == 0


async def test_a_turn_ends_by_itself_on_the_server(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    review = await choose(desk, open_edition, "1")
    site.clock.move(timedelta(minutes=10, seconds=1))

    late = await desk.submit(review.form("/confirm"))

    assert late.path == DESK
    assert await ballots_in_box(site, open_edition) == 0
    assert (await desk.get(open_edition.path("ballot/review"))).path == DESK


async def test_a_page_gives_time_and_leaves_the_screen_without_a_script(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    for _ in range(3):
        site.clock.move(timedelta(minutes=9))
        ballot = await desk.get(open_edition.path("ballot"))
        assert ballot.path == open_edition.path("ballot")
    assert ballot.headers["refresh"] == f"601; url={DESK}"
    assert ballot.headers["cache-control"] == "no-store"

    receipt = await voted(desk, open_edition, "1")

    assert receipt.headers["refresh"] == f"61; url={DESK}"
    site.clock.move(timedelta(seconds=50))
    assert (await desk.submit(receipt.form("/more"))).h1 == "Votre vote est compté"
    site.clock.move(timedelta(seconds=50))
    assert (await desk.get(open_edition.path("receipt"))).h1 == "Votre vote est compté"
    site.clock.move(timedelta(seconds=61))
    gone = await desk.get(open_edition.path("receipt"))
    assert gone.path == DESK
    assert gone.headers["clear-site-data"] == '"cache", "storage"'


async def test_the_next_person_need_not_wait_for_the_receipt_of_the_former(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    await voted(desk, open_edition, "1")

    handed = await identified(desk, **HASSAN)

    assert handed.h1 == "Passez l’appareil, s’il vous plaît"
    ballot = await desk.get(open_edition.path("ballot"))
    assert not ballot.says("reste compté")


async def test_who_moves_away_during_the_turn_casts_nothing(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    review = await choose(desk, open_edition, "1")
    [(residence,)] = await rows(site, "SELECT residence_id FROM desk")
    await moved_away(site, str(residence))

    assert (await desk.submit(review.form("/confirm"))).path == DESK
    assert await ballots_in_box(site, open_edition) == 0


async def test_the_close_ends_what_a_desk_can_do(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    review = await choose(desk, open_edition, "1")
    async with site.work() as uow:
        await uow.session.execute(text("UPDATE desk SET expires_at = '2027-01-01 00:00:00.000000', "
                                       "turn_until = '2027-01-01 00:00:00.000000'"))  # fmt: skip
    site.clock.instant = CLOSES

    await desk.submit(review.form("/confirm"), status=409)
    await desk.post(f"{DESK}clear", {})
    assert (await desk.get(DESK)).says("Ce vote est clos")
    await desk.post(DESK, {"pin": PIN, **HASSAN}, status=422)
    assert await ballots_in_box(site, open_edition) == 0


async def test_a_desk_that_nobody_ended_is_over_the_next_day(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    site.clock.move(timedelta(hours=14, seconds=1))

    gone = await desk.get(DESK)

    assert gone.path == f"/fr/c/{TOWN_SLUG}/"
    assert (await desk.get("/fr/sign-in")).path == "/fr/sign-in"


async def with_password(site: LiveSite, email: str, role: Role, town: str = TOWN) -> None:
    contact = read_contact(email)
    assert contact is not None
    async with site.work(Actor(is_operator=True)) as uow:
        await add_staff(uow, town, contact, role, await hash_of(PASSWORD))


async def test_a_forgotten_pin_is_answered_by_a_password(
    database_url: str, site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await with_password(site, "aicha@example.ma", Role.CLERK)
    ending = await desk.get(f"{DESK}end")
    form = next(form for form in ending.forms() if "password" in form.fields)

    wrong = await desk.submit(form, email="aicha@example.ma", password="x" * 12, status=422)
    assert wrong.says("mot de passe")
    assert next(form for form in wrong.forms() if "password" in form.fields).fields["email"] == [
        "aicha@example.ma"
    ]
    gone = await desk.submit(form, email="aicha@example.ma", password=PASSWORD)

    assert gone.path == f"/fr/c/{TOWN_SLUG}/"
    assert "session" not in desk.http.cookies
    assert (await desk.get(f"/fr/staff/{TOWN_SLUG}/desk")).path.startswith("/fr/sign-in")
    assert [event["turns"] for event in await bodies(site.web.database, "voting:desk:closed")] == [
        0
    ]


@pytest.mark.parametrize(
    ("role", "town"), [(Role.OBSERVER, TOWN), (Role.ADMINISTRATOR, NEIGHBOUR_TOWN)]
)
async def test_a_password_of_somebody_else_does_not_end_a_desk(
    site: LiveSite, open_edition: Edition, desk: Browser, role: Role, town: str
) -> None:
    await with_password(site, "other@example.ma", role, town)
    page = await desk.get(f"{DESK}end")
    form = next(form for form in page.forms() if "password" in form.fields)

    for _ in range(11):  # right, if of no use: nothing is taken from the ten tries
        page = await desk.submit(form, email="other@example.ma", password=PASSWORD, status=422)

    assert page.says("Seuls les agents et les administrateurs")
    assert (await desk.get(DESK)).h1 == "Bureau de vote\u00a0: qui vote maintenant\u00a0?"


async def test_a_voter_who_holds_the_device_cannot_guess_passwords_for_ever(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await with_password(site, "aicha@example.ma", Role.CLERK)
    fields = {"email": "aicha@example.ma", "password": "x" * 12}
    for _ in range(10):
        await desk.post(f"{DESK}end", fields, status=422)

    await desk.post(f"{DESK}end", {**fields, "password": PASSWORD}, status=429)


async def test_a_ballot_at_the_desk_is_counted_like_any_other(
    site: LiveSite, open_edition: Edition, desk: Browser
) -> None:
    await identified(desk, **FATIMA)
    await voted(desk, open_edition, "1")
    await cast(site, open_edition, [("2", 1)])
    await count(site, open_edition)

    assert (await rows(site, "SELECT dimension, name, voted FROM turnout WHERE dimension = 'channel'")
            ) == [("channel", "web", 2)]  # fmt: skip


async def test_a_card_that_is_seen_at_the_desk_says_the_nationality(
    database_url: str, site: LiveSite, clerk: Browser
) -> None:
    await make_edition(site, who=Who.CITIZENS)
    await verified(site, FATIMA["cnie"], FATIMA["birth_date"])
    await open_desk(clerk)
    page = await clerk.get(DESK)
    assert page.says("Vous êtes de nationalité marocaine.")

    page = await clerk.submit(page.form(DESK), status=422, **{**FATIMA, "pin": PIN})
    assert page.says("votre nationalité n’est pas encore notée")
    page = await clerk.submit(
        page.form(DESK), status=422, **{**FATIMA, "pin": PIN, "nationality": "foreign"}
    )
    assert page.says("ouvert aux seuls citoyens marocains")
    assert (
        await bodies(site.web.database, "accounts:residence:facts-noted") == []
    )  # refused, so nothing is kept
    page = await clerk.submit(page.form(DESK), **{**FATIMA, "pin": PIN, "nationality": "citizen"})

    assert page.h1 == "Passez l’appareil, s’il vous plaît"
    [noted] = await bodies(site.web.database, "accounts:residence:facts-noted")
    assert (noted["what"], noted["reason"]) == ("nationality", "card_seen")
