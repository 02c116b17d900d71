"""What a request may cause: no statement of its own, no request to elsewhere, nothing by looking."""

import ast
import re
import socket
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from pacto_participe.background import do_one_job
from pacto_participe.storage.sql import Sql
from pacto_participe.voting.boxes import BOXES, CastAnswer, Voter, open_box, open_box_writing
from pacto_participe.voting.receipts.codes import code_of
from tests.advisories.walk import (
    HOSTILE,
    PACKAGE,
    SQL,
    ask,
    faults,
    known_fields,
    places,
    snapshot,
    someone,
)
from tests.pages import Browser
from tests.town import Edition, LiveSite, cast, make_edition

ELSEWHERE = ("http://169.254.169.254/latest/", "http://127.0.0.1:22/", "//evil.example/x",
             "file:///etc/passwd", "gopher://10.0.0.1/")  # fmt: skip
# What is allowed to open a connection, each to an address that the operator or the user of a terminal gave.
OUTBOUND = {
    "web/openid.py": "the issuer of the national sign-in that the operator set, and no other host",
    "web/senders.py": "the operator's mail server and text gateway",
    "voting/commands/verify.py": "the address that is typed after `verify`",
    "voting/commands/publications.py": "the address that is typed after `verify`",
}


async def test_cve_2026_45376_and_cve_2024_43415_no_parameter_reaches_a_statement(
    database_url: str, site: LiveSite, open_edition: Edition, administrator: Browser
) -> None:
    """Search and sorting of Decidim's administration put parameters into SQL. Here a statement is a
    constant and a value is a parameter: every known name, and those that lists are sorted by elsewhere."""
    names = [
        *known_fields(),
        "sort",
        "order",
        "order_by",
        "sort_by",
        "direction",
        "per_page",
        "limit",
    ]
    before = snapshot(site)
    for payload in SQL:
        for place in places(site, "GET"):
            answer = await ask(administrator, place, dict.fromkeys(names, payload))
            assert answer.status_code < 500, (str(place), payload)
    assert snapshot(site) == before


async def test_a_search_for_sql_finds_what_a_search_for_any_other_nonsense_finds(
    site: LiveSite, open_edition: Edition, visitor: Browser
) -> None:
    nothing = await visitor.get(open_edition.path("projects/?q=zzzzzz"))
    for payload in SQL:
        page = await visitor.get(open_edition.path(f"projects/?q={quote(payload)}"))
        assert len(list(page.tree.elements("article", "li"))) == len(
            list(nothing.tree.elements("article", "li"))
        )


def test_no_statement_is_put_together_from_anything_but_constants() -> None:
    """`text(f"…{x}…")` and `Sql(f"…")` may name constants of the module (capitals) or loop over columns
    in the same file; a name that is an argument of a route is refused."""
    for file in PACKAGE.rglob("*.py"):
        if "routes" not in file.parts and not file.name.startswith("routes"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"text", "Sql", "select", "literal_column"}, (
                    f"{file.name}:{node.lineno}: a route asks the database by itself; ask a query"
                )


async def test_cve_2026_45573_nothing_that_people_type_makes_the_server_ask_elsewhere(
    site: LiveSite, open_edition: Edition, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of a push subscription made Decidim's server send requests. Here addresses in every
    field of every form, and the jobs that come of it, open no connection."""

    def refuse(_self: socket.socket, address: object) -> None:
        raise AssertionError(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    for address in ELSEWHERE:
        for method in ("GET", "POST"):
            for place in places(site, method):
                answer = await ask(administrator, place, dict.fromkeys(known_fields(), address))
                assert faults(answer) == [], str(place)
                if answer.status_code == 429:
                    site.clock.move(timedelta(hours=2))
        while await do_one_job(site.web):
            pass


def test_only_what_must_speaks_to_other_machines() -> None:
    """Which modules can open a connection at all, and to whose address."""
    doors = {
        "urllib.request",
        "http.client",
        "aiosmtplib",
        "smtplib",
        "httpx",
        "httpx2",
        "requests",
        "ftplib",
    }
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: set[str] = set()
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            if names & doors:
                found.add(str(file.relative_to(PACKAGE)))
    assert found <= set(OUTBOUND), f"say in OUTBOUND whom it asks: {found - set(OUTBOUND)}"


async def test_cve_2023_34090_no_list_is_filtered_by_what_it_does_not_offer(
    site: LiveSite, open_edition: Edition, administrator: Browser
) -> None:
    """Any attribute of a row could be filtered by, and so be guessed letter by letter. Here a parameter
    that nobody reads changes nothing."""
    await cast(site, open_edition, [("1", 3), ("2", 2)])
    unknown = {
        "identity": "f", "person_id": "1", "ballot_key": "a", "content": "1", "hash": "$argon2",
        "q[phone_start]": "06", "filter[birth]": "1987", "where": "1=1", "projects.cost_cents": "1",
    }  # fmt: skip
    for place in places(site, "GET"):
        plain = await ask(administrator, place, {})
        filtered = await ask(administrator, place, unknown)
        assert filtered.status_code == plain.status_code, str(place)
        if plain.headers.get("content-type", "").startswith("text/html"):
            assert _without_query(filtered.text) == _without_query(plain.text), str(place)


def _without_query(html: str) -> str:
    """A page without its own address, which the links to its other languages repeat, and without the
    random names that forms bring against being sent twice."""
    random = r"[0-9a-f]{32}(?=\")|[A-Za-z0-9_-]{16}(?=\")"
    return re.sub(r"\?[^\"'<\s]*", "", re.sub(random, "", html))


@pytest.mark.parametrize("who", ["visitor", "resident", "administrator"])
async def test_helios_26823c4d_and_5b27760d_and_cve_2023_47635_looking_changes_nothing(
    site: LiveSite, open_edition: Edition, who: str
) -> None:
    """An election of Helios was deleted by a GET, and Decidim's previews acted. Here every GET, with every
    parameter, leaves every table as it was."""
    browser = await someone(site, who)
    before = snapshot(site)
    fields = dict.fromkeys(known_fields(), "1")
    for place in places(site, "GET"):
        for given in ({}, fields, {"_method": "DELETE", "method": "POST", "delete": "1"}):
            answer = await ask(browser, place, given, {"X-HTTP-Method-Override": "DELETE"})
            assert answer.status_code < 500, str(place)
        head = await browser.http.head(place.path)
        assert head.status_code < 500
        for method in ("PUT", "DELETE", "PATCH", "TRACE"):
            assert (await browser.http.request(method, place.path)).status_code in (403, 405)
    assert snapshot(site) == before


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:x()",
     "/fr/\t//evil.example", "\t//evil.example", "https:evil.example", "///evil.example", "//[::evil",
     "/%09//evil.example\r\nX-Hostile: 1", "http://127.0.0.1:8000@evil.example/"],
)  # fmt: skip
async def test_cve_2023_32693_no_way_leads_to_another_site(
    site: LiveSite, open_edition: Edition, resident: Browser, target: str
) -> None:
    """The page before an external link of Decidim ran scripts. Here no address sends anyone elsewhere."""
    for method in ("GET", "POST"):
        for place in places(site, method):
            if "sign-out" in place.path or "closure" in place.path:
                continue
            answer = await ask(
                resident, place, {"next": target, "way": "slip", "return_to": target}
            )
            assert faults(answer) == [], str(place)
            location = answer.headers.get("location", "")
            assert "evil" not in location or "next=" in location, (str(place), location)
            if answer.status_code == 429:
                site.clock.move(timedelta(hours=2))


async def test_helios_41_data_are_data_and_never_a_script(
    site: LiveSite, open_edition: Edition, visitor: Browser
) -> None:
    """Helios answered JSONP. Here no callback is known and every answer says its type for good."""
    for place in places(site, "GET"):
        answer = await ask(visitor, place, {"callback": "steal", "jsonp": "steal"})
        assert "steal(" not in answer.text, str(place)
        assert answer.headers["x-content-type-options"] == "nosniff", str(place)


# What the other systems of voting.md learned


async def test_siv_115_and_votesecure_6_a_receipt_number_is_given_once(
    database_url: str, site: LiveSite, open_edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verification number was used again. Here it is a key: chance that repeats itself gives another
    number or no ballot, and a replaced receipt keeps its number."""
    codes = iter([code_of(7), code_of(7), code_of(8), code_of(7), code_of(8), code_of(9)])
    for place in (open_box, open_box_writing):
        monkeypatch.setattr(place, "new_code", lambda: next(codes).text.replace("-", ""))
    box = BOXES["open"]
    given = []
    for name in "abc":
        cast_now = await box.cast(
            site.web.database, site.web.secrets, open_edition.key, Voter(name * 64),
            content="1", confirmation=name, replaces="", now=site.clock.now(),
        )  # fmt: skip
        assert cast_now.receipt is not None
        given.append(cast_now.receipt.code)

    assert len(set(given)) == 3


async def test_helios_8_and_siv_69_a_ballot_belongs_to_its_vote_and_its_voter(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """A ballot of Helios could be copied by another voter. Here a ballot lies under a key made of voter
    and vote: the same voter's ballots in two votes, receipts and drafts share nothing."""
    other = await make_edition(site, edition="2025-bis")
    box = BOXES["open"]
    for edition in (open_edition, other):
        for name in "ab":
            answer = await box.cast(
                site.web.database, site.web.secrets, edition.key, Voter(name * 64),
                content="1", confirmation="same", replaces="", now=site.clock.now(),
            )  # fmt: skip
            assert answer.answer is CastAnswer.COUNTED
        await box.save_draft(site.web.database, site.web.secrets, edition.key, Voter("a" * 64), "2")
    quick = site.web.database.quick
    keys = [row["key"] for table, column in (
        ("ballot", "ballot_key"), ("receipt", "receipt_key"), ("receipt", "confirm_key"),
        ("draft", "draft_key"),
    ) for row in await quick.all(Sql(f"SELECT {column} AS key FROM {table}"))]  # fmt: skip

    # Twelve of voters and their drafts; the four confirmations were the same words in two votes.
    assert len(set(keys)) == len(keys) - 2


async def test_a_choice_of_another_vote_is_no_choice_here(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Ballot bound to the election: keys that the frozen rules do not hold are refused."""
    for keys in (["8"], ["1", "99"], [uuid4().hex], ["1'"], [HOSTILE]):
        answer = await resident.http.post(
            open_edition.path("ballot/confirm"), data={"p": keys},
            headers={"Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        assert answer.status_code == 422, keys
    assert await BOXES["open"].turnout(site.web.database, open_edition.key) == 0


async def test_siv_228_a_copied_ballot_is_its_senders_and_counts_once_for_each(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Copies of a sealed ballot were counted. Here whoever sends the form of another votes for themselves,
    and who sends their own again has still voted once."""
    other = await someone(site, "resident")
    form = {"p": ["1", "2"], "confirmation": "copied"}
    for browser in (resident, other, resident, other):
        answer = await browser.http.post(
            open_edition.path("ballot/confirm"), data=form,
            headers={"Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        assert answer.status_code == 303

    assert await BOXES["open"].turnout(site.web.database, open_edition.key) == 2
    receipts = await site.web.database.quick.all(Sql("SELECT DISTINCT code FROM receipt"))
    assert len(receipts) == 2


async def test_siv_181_a_receipt_shows_a_buyer_no_choice(
    site: LiveSite, open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    """Votes were bought by offers that asked for a proof. A receipt says that a ballot is in the box, and
    whoever else reads it learns nothing of what is on it."""
    await resident.http.post(
        open_edition.path("ballot/confirm"), data={"p": ["3"]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    [receipt] = await site.web.database.quick.all(Sql("SELECT code FROM receipt"))
    title = open_edition.charter.by_key["3"].title.in_language("fr")[0]
    own = await resident.get(open_edition.path("receipt"))
    assert own.says(title)

    page = await visitor.get(open_edition.path(f"receipts?code={receipt['code']}"))

    assert page.says("dans l’urne")
    assert not page.says(title)


async def test_helios_98_another_device_shows_what_a_lying_browser_has_sent(
    site: LiveSite, open_edition: Edition
) -> None:
    """A browser of Helios could be made to vote for somebody else. No server can see that: but the voter
    sees on any other device what is in the box, and can replace it."""
    person_id = await site.person()
    await site.verify(person_id, "JB 98")
    lying, honest = await site.sign_in(person_id), await site.sign_in(person_id)
    await lying.http.post(
        open_edition.path("ballot/confirm"), data={"p": ["2"]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip

    seen = await honest.get(open_edition.path("receipt"))
    assert seen.says(open_edition.charter.by_key["2"].title.in_language("fr")[0])
    ballot = await honest.get(open_edition.path("ballot?change=1"))
    review = await honest.submit(ballot.form("/ballot"), p=["1"])
    await honest.submit(review.form("/confirm"))

    [left] = await site.web.database.quick.all(Sql("SELECT content FROM ballot"))
    assert left["content"] == "1"


async def test_helios_466d4a60_every_answer_says_that_only_our_files_run(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Helios had no such policy for seventeen years."""
    for method in ("GET", "POST"):
        for place in places(site, method):
            answer = await ask(resident, place, {})
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy, str(place)
            assert "unsafe" not in policy


async def test_belenios_1_11_no_address_signs_in_whoever_has_proved_nothing(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """The way of signing in to Belenios had a hole. Here every form, filled with words that prove nothing."""
    for word in ("123456", ""):
        for place in places(site, "POST"):
            visitor = site.browser()
            answer = await ask(visitor, place, dict.fromkeys(known_fields(), word))
            assert not visitor.http.cookies.get("session"), (str(place), word)
            if answer.status_code == 429:
                site.clock.move(timedelta(hours=2))
