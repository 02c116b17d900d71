"""Becoming a verified resident, and the counter, as a browser goes through them."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from pacto_participe.accounts import services
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.kernel.actors import Actor, Role
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

RESIDENCE = "/fr/c/ajdir/residence"
LIST = ["cnie;birth_date;district\n", "BE123456;12/03/1987;Centre\n", "BE777;01/02/2005;Souk\n"]


async def take_list(town_hall, town=AJDIR):
    administrator = Actor(roles=frozenset({(town, Role.ADMINISTRATOR)}))
    async with town_hall.work(administrator) as uow:
        return await import_list(uow, town_hall.web.secrets, town, LIST)


async def test_a_slip_signs_in_and_answers_can_i_vote(town_hall, visitor):
    slip = await town_hall.slip()
    page = await visitor.get(RESIDENCE)

    page = await visitor.submit(page.form("/residence"), way="slip", code=slip.code)

    assert page.says("Vous êtes habitant vérifié ici.", "Au guichet", "Centre")
    page = await visitor.get("/fr/c/imzouren/residence")
    assert not page.says("Vous êtes habitant vérifié")


async def test_the_account_says_by_whom_how_and_when_one_was_verified(town_hall, visitor):
    slip = await town_hall.slip()
    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})

    page = await visitor.get("/fr/account")

    assert page.says("Au guichet · Agent")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_every_state_of_the_page_is_said_in_every_language(town_hall, visitor, lang):
    slip = await town_hall.slip()
    path = f"/{lang}/c/ajdir/residence"
    await visitor.post(path, {"way": "slip", "code": "?"}, status=422)
    await visitor.post(path, {"way": "slip", "code": "0000-0000"}, status=422)
    await visitor.post(path, {"way": "slip", "code": slip.code})
    await visitor.post(path, {"way": "slip", "code": slip.code}, status=422)
    await town_hall.sign_in(visitor)
    await visitor.post(path, {"way": "card", "cnie": "1", "birth_date": "x"}, status=422)
    await visitor.get(f"/{lang}/account")


async def test_the_list_wants_a_signed_in_person_and_then_finds_them(town_hall, visitor):
    await take_list(town_hall)
    fields = {"way": "card", "cnie": "be 123456", "birth_date": "12.3.1987"}
    page = await visitor.post(RESIDENCE, fields)
    assert page.says("Se connecter")
    await town_hall.sign_in(visitor)

    page = await visitor.post(RESIDENCE, fields)

    assert page.says("Vous êtes habitant vérifié ici.", "Par la liste de la collectivité")


@pytest.mark.parametrize(
    "fields",
    [
        {"cnie": "BE123456", "birth_date": "13/03/1987"},
        {"cnie": "BE777", "birth_date": "12/03/1987"},
        {"cnie": "ZZ99999", "birth_date": "12/03/1987"},
    ],
)
async def test_a_wrong_date_and_an_absent_number_get_one_answer(town_hall, visitor, fields):
    await take_list(town_hall)
    await town_hall.sign_in(visitor)

    page = await visitor.post(RESIDENCE, {"way": "card", **fields}, status=422)

    assert page.says("n’est sur la liste", "Essais restants : 4")


async def test_who_knows_a_neighbours_number_cannot_try_every_birth_date(town_hall, visitor):
    await take_list(town_hall)
    await town_hall.sign_in(visitor)
    for day in range(1, 6):
        fields = {"way": "card", "cnie": "BE123456", "birth_date": f"{day:02}/01/1987"}
        await visitor.post(RESIDENCE, fields, status=422)

    right = {"way": "card", "cnie": "BE0123456", "birth_date": "12/03/1987"}
    await visitor.post(RESIDENCE, right, status=429)

    town_hall.clock.move(timedelta(days=1))
    await town_hall.sign_in(visitor)
    await visitor.post(RESIDENCE, right)


async def test_a_number_in_another_account_is_sent_to_the_counter(
    town_hall, visitor, other_visitor
):
    await take_list(town_hall)
    fields = {"way": "card", "cnie": "BE123456", "birth_date": "12/03/1987"}
    await town_hall.sign_in(visitor, "0611111111")
    await visitor.post(RESIDENCE, fields)
    await town_hall.sign_in(other_visitor, "0622222222")

    page = await other_visitor.post(RESIDENCE, fields, status=409)

    assert page.says("déjà dans un autre compte", "Passez au guichet")
    slip = await town_hall.slip()
    page = await other_visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})
    assert page.says("Vous êtes habitant vérifié ici.")
    page = await visitor.get(RESIDENCE)
    assert not page.says("Vous êtes habitant vérifié")


async def test_one_account_is_one_human_being_in_the_list_too(town_hall, visitor):
    await take_list(town_hall)
    await town_hall.sign_in(visitor)
    await visitor.post(RESIDENCE, {"way": "card", "cnie": "BE777", "birth_date": "01/02/2005"})

    page = await visitor.post(
        RESIDENCE, {"way": "card", "cnie": "BE123456", "birth_date": "12/03/1987"}, status=409
    )

    assert page.says("autre personne déjà vérifiée")


async def test_guessing_slips_from_one_address_is_stopped(town_hall, visitor):
    slip = await town_hall.slip()
    for number in range(60):
        fields = {"way": "slip", "code": f"0000-00{number:02}"}
        await visitor.post(RESIDENCE, fields, status=422)

    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code}, status=429)

    liar = {"X-Forwarded-For": "41.0.0.1"}
    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code}, status=429, headers=liar)
    town_hall.clock.move(timedelta(minutes=10))
    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})


async def test_an_unreadable_code_costs_no_try(town_hall, visitor):
    for _ in range(70):
        await visitor.post(RESIDENCE, {"way": "slip", "code": "?"}, status=422)

    slip = await town_hall.slip()
    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})


async def test_a_slip_of_the_neighbour_town_says_so(town_hall, visitor):
    slip = await town_hall.slip(town=NEIGHBOUR_TOWN)

    page = await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code}, status=422)

    assert page.says("remis par une autre collectivité")
    assert "session" not in visitor.http.cookies


@pytest.fixture
async def clerk(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    return visitor


CARD = {"cnie": "BE 123456", "birth_date": "12/03/1987", "district": "Centre"}
COUNTER = "/fr/staff/ajdir/counter"


def code_on(page) -> str:
    return page.part("slip-code").text


async def test_a_clerk_gives_a_slip_that_the_resident_uses(town_hall, clerk, other_visitor):
    page = await clerk.get(COUNTER)
    page = await clerk.submit(page.form("/counter"), **CARD)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code_on(page))
    assert page.headers["cache-control"] == "no-store"
    assert "BE123456" not in page.html

    page = await other_visitor.post(RESIDENCE, {"way": "slip", "code": code_on(page)})

    assert page.says("Vous êtes habitant vérifié ici.")
    page = await clerk.get(COUNTER)
    assert page.says("Au guichet 1", "Tous 1")


async def test_a_name_stands_on_the_slip_and_is_kept_nowhere(town_hall, clerk):
    page = await clerk.get(COUNTER)
    page = await clerk.submit(page.form("/counter"), **CARD, name="Aïcha Ouazzani")

    assert page.says("Nom Aïcha Ouazzani")
    await town_hall.web.database.close()  # what the journal holds goes into the file
    assert b"Ouazzani" not in _everything_stored(town_hall)


async def test_the_counter_offers_the_quarters_that_are_known(clerk):
    first = await clerk.get(COUNTER)
    await clerk.submit(first.form("/counter"), **{**CARD, "district": "Hay Salam"})

    page = await clerk.get(COUNTER)

    assert "<datalist" not in first.html
    assert '<datalist id="districts"><option value="Hay Salam"></option></datalist>' in page.html


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_counter_speaks_every_language(clerk, lang):
    path = f"/{lang}/staff/ajdir/counter"
    await clerk.get(path)
    await clerk.post(path, {"cnie": "1", "birth_date": "x", "phone": ""}, status=422)
    await clerk.post(path, CARD)
    await clerk.post(path, {**CARD, "cnie": "ABC12"})


async def test_the_code_can_be_texted_and_the_phone_is_then_forgotten(town_hall, clerk):
    page = await clerk.post("/ar/staff/ajdir/counter", {**CARD, "phone": "٠٦ ٦١ ٢٢ ٣٣ ٤٤"})
    await town_hall.do_jobs()

    (message,) = town_hall.messages()
    assert message.to == "+212661223344"
    assert code_on(page) in message.text
    assert len(message.text) <= 70
    await town_hall.web.database.close()  # what the journal holds goes into the file
    assert b"661223344" not in _everything_stored(town_hall)


async def test_a_phone_that_cannot_be_texted_is_refused_before_anything_is_kept(town_hall, clerk):
    page = await clerk.post(COUNTER, {**CARD, "phone": "0512345678"}, status=422)

    assert page.says("Écrivez un numéro de mobile marocain")
    assert not page.says("adresse e-mail")
    page = await clerk.get(COUNTER)
    assert page.says("Tous 0")


async def test_a_clerk_of_one_town_has_no_counter_in_another(clerk):
    for status, path in ((404, "/fr/staff/imzouren/counter"), (403, "/fr/staff/ajdir/list")):
        await clerk.get(path, status=status)
        await clerk.post(path, CARD, status=status)


async def test_a_visitor_at_the_counters_address_is_asked_to_sign_in(other_visitor):
    page = await other_visitor.get(COUNTER)

    assert page.says("Se connecter")


def _everything_stored(town_hall) -> bytes:
    """Every byte of the database and its journal."""
    path = town_hall.web.settings.database.removeprefix("sqlite:///")
    files = (Path(path + suffix) for suffix in ("", "-wal"))
    return b"".join(file.read_bytes() for file in files if file.exists())


async def test_no_number_date_or_code_is_found_in_what_is_stored_or_addressed(
    town_hall, clerk, other_visitor, capsys
):
    await take_list(town_hall)
    page = await clerk.post(COUNTER, {**CARD, "cnie": "JT987654", "birth_date": "09/08/1971"})
    slip = code_on(page)
    seen = []
    seen += [await other_visitor.post("/fr/sign-in", {"contact": "0677665544"})]
    login = await town_hall.code()
    seen += [await other_visitor.post("/fr/sign-in/code", {"code": login})]
    for fields in (
        {"way": "card", "cnie": "BE777", "birth_date": "02/02/2005"},
        {"way": "card", "cnie": "BE777", "birth_date": "01/02/2005"},
        {"way": "slip", "code": slip},
    ):
        status = 422 if fields.get("birth_date") == "02/02/2005" else 200
        seen += [await other_visitor.post(RESIDENCE, fields, status=status)]

    stored = _everything_stored(town_hall).upper()
    output = "".join(capsys.readouterr())
    addresses = "".join(str(hop.url) for page in seen for hop in (*page.hops, page.response))
    for secret in ("JT987654", "BE777", "1971-08-09", "09/08/1971", "2005-02-01", slip,
                   slip.replace("-", ""), login):  # fmt: skip
        assert secret.encode() not in stored, secret
        assert secret not in output, secret
        assert secret not in addresses, secret
    assert stored.count(b"+212677665544") >= 1
    assert "677665544" not in output + addresses


async def test_closing_an_account_erases_the_person_and_keeps_the_right_to_vote(town_hall, visitor):
    await town_hall.sign_in(visitor, "0677665544")
    slip = await town_hall.slip()
    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})
    await visitor.post("/fr/account", {"name": "Zzyzzyva", "language": "ar"})
    await visitor.post("/fr/account/closure", {}, status=422)

    await visitor.post("/fr/account/closure", {"sure": "yes"}, follow=False, status=303)

    await visitor.get("/fr/account", follow=False, status=303)
    await town_hall.web.database.close()
    stored = _everything_stored(town_hall)
    assert b"Zzyzzyva" not in stored
    assert b"677665544" not in stored


async def test_the_data_held_can_be_downloaded_whole(town_hall, visitor):
    await town_hall.sign_in(visitor)
    slip = await town_hall.slip()
    await visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})

    page = await visitor.get("/fr/account/data")

    held = page.response.json()
    assert [one["value"] for one in held["contacts"]] == ["+212612345678"]
    assert held["residences"][0]["collectivity"] == AJDIR
    assert held["residences"][0]["verified_by"] == "counter"
    assert "attachment" in page.headers["content-disposition"]


async def upload(browser, content: bytes, act: str, status: int = 200):
    """As a browser sends a file."""
    response = await asyncio.create_task(
        browser.http.post(
            "/fr/staff/ajdir/list",
            files={"file": ("list.csv", content, "text/csv")},
            data={"act": act},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    )
    assert response.status_code == status, response.text
    return response.text


@pytest.fixture
async def administrator(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    return visitor


async def test_a_list_is_checked_then_taken_in(town_hall, administrator):
    content = "".join(LIST).encode("utf-8-sig")

    html = await upload(administrator, content, "check")
    assert "Rien n’est encore enregistré" in html
    html = await upload(administrator, content, "import")

    assert "La liste est enregistrée" in html
    html = await upload(administrator, content, "import")
    assert "Inchangés\u00a0: 2" in html


async def test_a_list_with_a_bad_line_names_it_and_takes_nothing_in(town_hall, administrator):
    content = "cnie,birth_date\nBE1,12/03/1987\n???,12/03/1987\nBE1,12/03/1987\nBE2,99/99/1987\n"

    html = await upload(administrator, content.encode(), "import", status=422)
    for line in ("3", "4", "5"):
        assert f'<th scope="row">{line}</th>' in html
    assert "???" not in html

    html = await upload(administrator, content.encode(), "import-good")
    assert "Nouveaux\u00a0: 1" in html


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Le fichier est vide"),
        (b"a,b\n1,2\n", "doit nommer les colonnes"),
        (b"cnie,birth_date\n", "personne au-dessous"),
        (b"\x00\xff\xfe\x00", "pas du texte"),
    ],
)
async def test_a_file_that_is_no_list_is_refused(administrator, content, sentence):
    assert sentence in await upload(administrator, content, "import", status=422)


async def test_a_file_saved_by_arabic_windows_is_read(town_hall, administrator):
    content = "رقم البطاقة;تاريخ الازدياد;الحي\nBE5;12/03/1987;المركز\n".encode("cp1256")

    assert "Nouveaux\u00a0: 1" in await upload(administrator, content, "import")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_page_of_the_list_speaks_every_language(administrator, lang):
    await administrator.get(f"/{lang}/staff/ajdir/list")


async def test_whom_the_operator_verified_by_a_command_reads_so(town_hall, visitor, other_visitor):
    operator = Actor(roles=frozenset({(AJDIR, Role.CLERK)}), is_operator=True)
    async with town_hall.work(operator) as uow:
        slip = await services.issue_slip(
            uow, town_hall.web.secrets, AJDIR, "BE123456", "12/03/1987", "Centre"
        )
    await town_hall.sign_in(visitor)
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": slip.code})

    for page in ("/fr/account", "/fr/account/my-data", "/fr/c/ajdir/residence"):
        assert (await visitor.get(page)).says("Exploitant de la plateforme"), page

    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")
    found = await other_visitor.post("/fr/staff/ajdir/resident", {"cnie": "BE123456"})
    assert found.says("Exploitant de la plateforme")
