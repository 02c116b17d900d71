"""Letters as an administrator makes them and a resident uses them, in a browser."""

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from pacto_participe.accounts.services.lists import import_list
from pacto_participe.kernel.actors import Actor, Role
from tests.accounts.post import ADDRESSEES, BORN, CARD, HEADS
from tests.accounts.town_hall import AJDIR
from tests.proof.markup import read
from tests.proof.reading import proofread

LETTERS = "/fr/staff/ajdir/letters"
RESIDENCE = "/fr/c/ajdir/residence"
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
async def administrator(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    return visitor


async def send(browser, lines=None, act="make", status=200, lang="fr", **fields):
    """As a browser sends a file. The answer, proofread when it is a page."""
    content = "".join(lines or ADDRESSEES).encode()
    response = await browser.http.post(
        f"/{lang}/staff/ajdir/letters",
        files={"file": ("addressees.csv", content, "text/csv")},
        data={"act": act, "batch_id": uuid4().hex, "days": "30", "print_as": "pages", **fields},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code == status, response.text
    assert response.headers["cache-control"] == "no-store"
    if response.headers["content-type"].startswith("text/html"):
        assert proofread(response.text, path=response.url.path, is_whole=True) == []
    return response


def codes_on(response) -> list[str]:
    return [
        item.text
        for item in read(response.text).root.elements("bdi")
        if "code" in item.get("class").split()
    ]


async def test_letters_are_made_printed_and_used(administrator, other_visitor):
    await send(administrator, act="check")
    printed = await send(administrator)
    first, second = codes_on(printed)
    assert "Zineb Qasri" in printed.text
    assert "زنقة 4 رقم 7" in printed.text
    assert "رمزكم" in printed.text
    assert "Votre code" in printed.text
    page = await administrator.get(LETTERS)
    assert page.says("Lot de lettres 1", "2 codes", "utilisés : 0")
    assert not page.says("Zineb")
    assert first not in page.html

    page = await other_visitor.get(RESIDENCE)
    page = await other_visitor.follow(page, "Saisir le code de la lettre")
    page = await other_visitor.submit(
        page.form("/residence"), way="letter", code=first, cnie=CARD, birth_date=BORN
    )

    assert page.says("Vous êtes habitant vérifié ici.", "Par courrier · Administrateur")
    page = await administrator.get(LETTERS)
    assert page.says("utilisés : 1")
    page = await administrator.get("/fr/staff/ajdir/journal")
    assert page.says("2 codes ont été créés", "Un code a été utilisé")
    assert second not in page.html


async def test_a_letter_typed_as_a_slip_is_asked_for_the_birth_date(administrator, other_visitor):
    code = codes_on(await send(administrator))[0]

    page = await other_visitor.post(
        RESIDENCE, {"way": "slip", "code": code, "next": "/fr/c/ajdir/"}, status=422
    )

    assert page.says("Ce code est arrivé par courrier")
    form = page.form("/residence")
    assert form.fields["code"] == [code]
    assert form.fields["next"] == ["/fr/c/ajdir/"]
    await other_visitor.submit(form, way="letter", cnie=CARD, birth_date="12 03 1987")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_every_page_of_letters_is_said_in_every_language(
    town_hall, administrator, other_visitor, lang
):
    await administrator.get(f"/{lang}/staff/ajdir/letters")
    await send(administrator, [*ADDRESSEES, "Ali;?;1;;x\n"], "check", lang=lang)
    await send(administrator, [*ADDRESSEES, "Ali;?;1;;x\n"], "make", 422, lang=lang)
    await send(administrator, lang=lang, days="many", status=422)
    await send(administrator, ["a;b\n", "1;2\n"], "make", 422, lang=lang)
    code = codes_on(await send(administrator, [*ADDRESSEES, "Ali;?;1;;x\n"], "make-good"))[0]
    page = await administrator.get(f"/{lang}/staff/ajdir/letters")
    batch = next(address for address in page.links.values() if "/codes/" in address)
    page = await administrator.get(batch)
    await administrator.submit(page.form("/cancellation"), status=422)
    await administrator.submit(page.form("/cancellation"), reason="print_lost")
    await administrator.submit(page.form("/cancellation"), reason="print_lost", status=409)
    await administrator.get(f"/{lang}/staff/ajdir/letters")

    path = f"/{lang}/c/ajdir/residence"
    await other_visitor.get(path)
    await other_visitor.get(f"{path}?way=letter")
    for born in ("?", "01/01/1990", BORN):
        fields = {"way": "letter", "code": code, "cnie": CARD, "birth_date": born}
        await other_visitor.post(path, fields, status=422)


async def test_a_table_for_a_printing_house_holds_no_formula(administrator):
    lines = [HEADS, "=cmd|' /C calc'!A0;BE1;12/03/1987;+Souk;@rue;-1\n"]

    response = await send(administrator, lines, print_as="table")

    assert response.headers["content-type"].startswith("text/csv")
    assert "attachment" in response.headers["content-disposition"]
    head, row = csv.reader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert head[:3] == ["Numéro", "Nom", "Adresse 1"]
    assert row[1:4] == ["'=cmd|' /C calc'!A0", "'@rue", "'-1"]
    assert CODE.fullmatch(row[7])


async def test_hostile_names_are_printed_as_they_are_written(administrator):
    lines = [HEADS, '<script>alert(1)</script>;BE1;12/03/1987;<b>Souk;"1 & co";"\u202ex"\n']

    html = (await send(administrator, lines)).text

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "1 &amp; co" in html
    assert "\u202e" not in html


async def test_a_page_sent_again_does_not_make_the_letters_again(administrator):
    batch_id = uuid4().hex
    await send(administrator, batch_id=batch_id)

    response = await send(administrator, batch_id=batch_id, status=409)

    assert "ne s’affiche qu’une fois" in response.text
    await send(administrator, batch_id="x", status=422)


async def test_who_finds_a_letter_cannot_try_every_birth_date(
    town_hall, administrator, other_visitor
):
    code = codes_on(await send(administrator))[0]
    for day in range(1, 6):
        fields = {"way": "letter", "code": code, "cnie": CARD, "birth_date": f"{day:02}/01/1987"}
        page = await other_visitor.post(RESIDENCE, fields, status=422)
        assert page.says("Aucune lettre ne porte ce code")

    right = {"way": "letter", "code": code, "cnie": CARD, "birth_date": BORN}
    await other_visitor.post(RESIDENCE, right, status=429)
    town_hall.clock.move(timedelta(days=1))
    await other_visitor.post(RESIDENCE, right)


async def test_a_card_number_that_is_not_the_letters_counts_as_a_wrong_try(
    administrator, other_visitor
):
    code = codes_on(await send(administrator))[0]
    for last in range(1, 6):
        fields = {"way": "letter", "code": code, "cnie": f"BE12345{last}", "birth_date": BORN}
        page = await other_visitor.post(RESIDENCE, fields, status=422)
        assert page.says("guichet")
        assert page.form("/residence").fields["cnie"] == [f"BE12345{last}"]

    right = {"way": "letter", "code": code, "cnie": CARD, "birth_date": BORN}
    await other_visitor.post(RESIDENCE, right, status=429)


async def test_a_letter_typed_on_a_helpers_phone_is_never_the_helpers(administrator):
    code = codes_on(await send(administrator))[0]
    fields = {"way": "letter", "code": code, "cnie": CARD, "birth_date": BORN}
    await administrator.post(RESIDENCE, fields)

    await administrator.get(LETTERS, status=404)  # signed in as the resident


async def test_a_letter_is_nothing_in_the_neighbour_town(administrator, other_visitor):
    code = codes_on(await send(administrator))[0]

    page = await other_visitor.post(
        "/fr/c/imzouren/residence",
        {"way": "letter", "code": code, "cnie": CARD, "birth_date": BORN},
        status=422,
    )

    assert page.says("remis par une autre collectivité")
    page = await other_visitor.get("/fr/c/imzouren/residence")
    assert not page.says("J’ai reçu une lettre")
    batch = (await administrator.get(LETTERS)).link("Lot de lettres 1")
    await administrator.get(batch.replace("ajdir", "imzouren"), status=404)


async def test_the_voting_page_says_where_the_code_of_a_letter_is_typed(administrator):
    page = await administrator.get(RESIDENCE)

    assert page.says("sur le papier qui vous a été remis")


async def test_the_check_names_the_lines_that_the_list_contradicts_or_does_not_have(
    town_hall, administrator
):
    maker = Actor(roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))
    async with town_hall.work(maker) as uow:
        lines = ["cnie,birth_date,district\n", "BE123456,13/03/1987,Centre\n", "BE1,01/01/1990,\n"]
        await import_list(uow, town_hall.web.secrets, AJDIR, lines)
    unlisted = "BE1", "01/01/1990"
    lines = [*ADDRESSEES, f"Ali;{';'.join(unlisted)};Souk;1 rue;\n"]

    checked = await send(administrator, lines, act="check")

    assert "a ce numéro avec une autre date de naissance" in checked.text
    assert "1 bonne ligne a un numéro de carte que la liste de la collectivité n’a pas" in flat(
        checked
    )
    assert "Lignes : 3" in flat(checked)
    assert not any(word in checked.text for word in ("BE123456", "BE777", "1987"))
    for lang in ("ar", "en", "zgh"):
        await send(administrator, lines, act="check", lang=lang)
    refused = await send(administrator, lines, act="make", status=422)
    assert "a ce numéro avec une autre date de naissance" in refused.text


def flat(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).replace("\u00a0", " ").split())
