"""A town's life on a real server in a process of its own, from the first sign-in to the backup.

Everything personal that people type, and everything secret that they are given, is written down on the way,
so that it can be looked for afterwards.
"""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

import httpx2
from sqlalchemy import text

from pacto_participe.app import build_web
from pacto_participe.demo import town as demo
from pacto_participe.migrations.runner import sync_engine
from pacto_participe.settings import Settings
from pacto_participe.web.senders import Written, outbox_of, written_messages
from tests.evidence.searching import Secret, birth_secret, card_secret, phone_secret, text_secret
from tests.proof.markup import read

ROOT = Path(__file__).parents[2]
COUNTER = f"/fr/staff/{demo.SLUG}/counter"
LIST = f"/fr/staff/{demo.SLUG}/list"
RESIDENCE = f"/fr/c/{demo.SLUG}/residence"

# People who exist nowhere else in the tests. Eight digits, so that chance does not write them.
AICHA = ("QX87123498", date(1943, 2, 27))
BRAHIM = ("QY76190283", date(1951, 11, 9))
LISTED = ("QZ65208374", date(1962, 7, 21))
ALSO_LISTED = ("QW54317265", date(1978, 12, 3))
LETTERED = ("QU32537247", date(1969, 8, 23))
MET = ("QT21648358", date(1958, 10, 14))
NEVER_KNOWN = ("QV43426156", date(1936, 5, 16))
PHONE, TEXTED, LOST, CLOSED = "+212655918273", "+212655827364", "+212655736455", "+212655645546"
MAIL, LISTED_MAIL, INVITED = "aicha.q@example.ma", "brahim.q@example.ma", "wafae.q@example.ma"
NAME = "زينب القصرية"


@dataclass
class Known:
    """What must be found nowhere, what may stand in its own column only, and the one-time codes."""

    nowhere: list[Secret] = field(default_factory=list)
    contacts: list[Secret] = field(default_factory=list)  # still somebody's
    forgotten: list[Secret] = field(default_factory=list)  # let go of before the end
    codes: list[str] = field(default_factory=list)
    receipt: str = ""

    def note(self, name: str, *writings: str) -> None:
        self.nowhere.append(text_secret(name, *writings))


@dataclass
class Life:
    """The server, where it writes, and what was typed into it."""

    settings: Settings
    log: Path
    known: Known = field(default_factory=Known)
    origin: str = ""
    people: list["Someone"] = field(default_factory=list)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """`serve` as in earnest: its output goes to the log, and it is asked to end at the end."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
        with self.log.open("ab") as output:
            process = self._start(port, output)
        try:
            await self._answers(process)
            yield
        finally:
            for someone in self.people:
                await someone.http.aclose()
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(process.wait, 30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise

    def _start(self, port: int, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "pacto_participe", "serve", "--port", str(port)],
            cwd=ROOT, env=self.environment(), stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PACTO_MODE": "demo",
            "PACTO_DATA_DIR": str(self.settings.data_dir),
            "PACTO_DATABASE_URL": self.settings.database,
        }

    async def _answers(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + 60
        async with httpx2.AsyncClient(base_url=self.origin) as http:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    await http.get("/healthz")
                except httpx2.TransportError:
                    await asyncio.sleep(0.1)
                else:
                    return
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def someone(self) -> "Someone":
        self.people.append(Someone(self))
        return self.people[-1]

    async def message(self, to: str) -> Written:
        """The newest message to a phone or an address, when it has come."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for message in written_messages(outbox_of(self.settings), most=100):
                if message.to == to:
                    return message
            await asyncio.sleep(0.1)
        raise AssertionError(f"no message came to {to}")

    async def code(self, to: str) -> str:
        code = re.search(r"\b\d{6}\b", (await self.message(to)).text)[0]
        self.known.codes.append(code)
        return code


class Someone:
    """One browser. Follows redirects; what the server gives it as a ticket is noted."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.http = httpx2.AsyncClient(
            base_url=life.origin, follow_redirects=True, headers={"Origin": life.origin}
        )

    async def get(self, path: str, *, status: int = 200) -> str:
        return self._kept(await self.http.get(path), status)

    async def post(self, path: str, fields: Mapping[str, object], *, status: int = 200) -> str:
        return self._kept(await self.http.post(path, data=dict(fields)), status)

    async def send_file(
        self, path: str, fields: Mapping[str, str], content: str, *, status: int = 200
    ) -> str:
        files = {"file": ("list.csv", content.encode(), "text/csv")}
        answer = await self.http.post(path, data=dict(fields), files=files)
        return self._kept(answer, status)

    def _kept(self, answer: httpx2.Response, status: int) -> str:
        assert answer.status_code == status, (answer.url, answer.status_code, answer.text[:2000])
        for cookie in self.http.cookies.jar:
            if cookie.value and len(cookie.value) >= 20:
                self.life.known.note(f"cookie {cookie.name}", cookie.value)
        return answer.text


async def fill(settings: Settings) -> None:
    """The demonstration, smaller: every kind of row, fewer of each."""
    web = build_web(settings)
    try:
        await demo.fill(web)
    finally:
        await web.database.close()


async def live(life: Life) -> None:
    """Every step that takes in something personal, the mistaken ones too."""
    known = life.known
    for number, born in (AICHA, BRAHIM, LISTED, ALSO_LISTED, NEVER_KNOWN):
        known.nowhere += [card_secret(number), birth_secret(born)]
    known.note("password", demo.PASSWORD)
    aicha = await sign_in_by_phone(life)
    brahim = await sign_in_by_mail(life, MAIL, by_link=True)
    listed = await sign_in_by_mail(life, LISTED_MAIL, by_link=False)
    clerk, administrator = life.someone(), life.someone()
    await sign_in_as_staff(clerk, "clerk")
    await sign_in_as_staff(administrator, "administrator")
    first = await at_the_counter(life, clerk, AICHA, phone=TEXTED)
    second = await at_the_counter(life, clerk, BRAHIM)
    await mistakes_at_the_counter(clerk)
    await wrong_slips(aicha)
    await aicha.post(RESIDENCE, {"way": "slip", "code": first})
    await brahim.post(RESIDENCE, {"way": "slip", "code": second.lower()})
    await lists(administrator)
    await match(listed)
    await letters(life, administrator)
    await vote(life, aicha)
    await clerk.post(f"/fr/staff/{demo.SLUG}/resident", {"cnie": AICHA[0]})
    await administrator.post(
        f"/fr/staff/{demo.SLUG}/people", {"contact": INVITED, "role": "clerk", "until": ""}
    )
    known.contacts.append(text_secret("invited", INVITED))
    await close_an_account(life)
    await faults(life, clerk, listed)


async def sign_in_by_phone(life: Life) -> Someone:
    """A wrong code, the right one, and a name."""
    aicha = life.someone()
    await aicha.post("/ar/sign-in", {"contact": "06 55 91 82 73"})
    code = await life.code(PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    await aicha.post("/ar/sign-in/code", {"code": wrong}, status=422)
    await aicha.post("/ar/sign-in/code", {"code": code})
    await aicha.post("/ar/account", {"name": NAME, "language": "ar"})
    life.known.contacts += [phone_secret(PHONE), text_secret("name", NAME)]
    return aicha


async def sign_in_by_mail(life: Life, address: str, *, by_link: bool) -> Someone:
    """By the link of the e-mail, or by its code."""
    someone = life.someone()
    await someone.post("/fr/sign-in", {"contact": address.upper()})
    code = await life.code(address)
    link = re.search(r"/\S+/sign-in/link/(\S+)", (await life.message(address)).text)
    assert link is not None
    life.known.note(f"link to {address}", link[1])
    if by_link:
        await someone.get(link[0])
        await someone.post(link[0], {})
        await someone.post(link[0], {}, status=422)  # the same link once more
    else:
        await someone.post("/fr/sign-in/code", {"code": code})
    life.known.contacts.append(text_secret(f"address {address}", address))
    return someone


async def sign_in_as_staff(someone: Someone, role: str) -> None:
    fields = {"email": f"{role}@demo.example", "password": demo.PASSWORD}
    someone.life.known.note("wrong password", "mot de passe raté 77")
    await someone.post(
        "/fr/sign-in/password", {**fields, "password": "mot de passe raté 77"}, status=422
    )
    await someone.post("/fr/sign-in/password", fields)
    if role == "administrator":
        step = read(await someone.get("/fr/sign-in/second-step")).root
        code = next(re.finditer(r"\b\d{6}\b", step.text))[0]  # a demonstration shows it
        someone.life.known.note("code of the telephone", code)
        await someone.post("/fr/sign-in/second-step", {"code": code})


def written(card: tuple[str, date]) -> dict[str, str]:
    """A card as a person types it."""
    number, born = card
    return {"cnie": f"{number[:2].lower()} {number[2:]}", "birth_date": f"{born:%d/%m/%Y}"}


async def at_the_counter(
    life: Life, clerk: Someone, card: tuple[str, date], *, phone: str = ""
) -> str:
    """A slip; its code is texted when a phone is named."""
    fields = {**written(card), "district": "", "phone": phone.replace("+212", "0")}
    page = await clerk.post(COUNTER, fields)
    code = next(item for item in read(page).root.elements() if item.get("id") == "slip-code").text
    life.known.note(f"slip {code}", code, code.replace("-", ""))
    if phone:
        await life.message(phone)
        life.known.forgotten.append(phone_secret(phone))
    return code


async def mistakes_at_the_counter(clerk: Someone) -> None:
    """Refused forms: each holds something personal beside what is wrong."""
    number, born = NEVER_KNOWN
    right = written(NEVER_KNOWN)
    await clerk.post(COUNTER, {**right, "birth_date": "tomorrow"}, status=422)
    await clerk.post(COUNTER, {**right, "cnie": f"{number}?!"}, status=422)
    await clerk.post(COUNTER, {**right, "phone": "12"}, status=422)
    await clerk.post(COUNTER, {"birth_date": f"{born:%Y-%m-%d}"}, status=422)
    await clerk.post(COUNTER, {**right, "cnie": number * 40}, status=422)
    await clerk.post(f"/fr/staff/{demo.SLUG}/resident", {"cnie": number}, status=422)


async def wrong_slips(someone: Someone) -> None:
    for code in ("ZZZZ-ZZZZ", "9999-AAAA", "no slip at all"):
        await someone.post(RESIDENCE, {"way": "slip", "code": code}, status=422)


async def lists(administrator: Someone) -> None:
    """A list with a bad line is refused, then taken in without it."""
    lines = ["cnie;birth_date;district"]
    lines += [f"{number};{born:%d/%m/%Y};Souk" for number, born in (LISTED, ALSO_LISTED)]
    lines.append(f"{NEVER_KNOWN[0]};not a date;Souk")
    content = "\n".join(lines)
    await administrator.send_file(LIST, {"act": "check"}, content)
    await administrator.send_file(LIST, {"act": "import"}, content, status=422)
    await administrator.send_file(LIST, {"act": "import-good"}, content)
    await administrator.send_file(LIST, {"act": "import"}, NEVER_KNOWN[0], status=422)


async def letters(life: Life, administrator: Someone) -> None:
    """A letter that is used with a wrong date and the right one; a strip of a mediator that waits."""
    number, born = LETTERED
    life.known.nowhere += [card_secret(number), birth_secret(born), card_secret(MET[0])]
    life.known.note("addressee", "Zoubida Qasbaouia")
    life.known.note("address", "42 derb Zqaq Rmane")
    content = f"name;cnie;birth_date;address\nZoubida Qasbaouia;{number};{born:%d/%m/%Y};42 derb Zqaq Rmane"
    fields = {"act": "make", "batch_id": "a" * 32, "days": "30", "print_as": "pages"}
    address = f"/fr/staff/{demo.SLUG}/letters"
    code = _code_on(await administrator.send_file(address, fields, content))
    sheet = {
        "batch_id": "b" * 32,
        "district": "Souk",
        "size": "1",
        "days": "14",
        "mediator": "Zhor Qalouchia",
    }
    strip = _code_on(await administrator.post(f"/fr/staff/{demo.SLUG}/sheets", sheet))
    life.known.note("mediator", "Zhor Qalouchia")
    for one in (code, strip):
        life.known.note(f"code {one}", one, one.replace("-", ""))
    reader = await sign_in_by_mail(life, "zoubida.q@example.ma", by_link=False)
    way = {"way": "letter", "code": code, "cnie": number}
    await reader.post(RESIDENCE, {**way, "birth_date": "01/01/1950"}, status=422)
    await reader.post(RESIDENCE, {**way, "birth_date": f"{born:%d/%m/%Y}"})
    met = await sign_in_by_mail(life, "hamid.q@example.ma", by_link=False)
    await met.post(RESIDENCE, {"way": "mediator", "code": strip, **written(MET)})


def _code_on(page: str) -> str:
    """The first code of a page that is printed."""
    found = (
        item for item in read(page).root.elements("bdi") if "code" in item.get("class").split()
    )
    return next(found).text


async def match(someone: Someone) -> None:
    """Wrong number, wrong date, then both right."""
    way = {"way": "card"}
    await someone.post(RESIDENCE, {**way, **written(NEVER_KNOWN)}, status=422)
    wrong = {**written(LISTED), "birth_date": written(ALSO_LISTED)["birth_date"]}
    await someone.post(RESIDENCE, {**way, **wrong}, status=422)
    await someone.post(RESIDENCE, {**way, **written(LISTED)})


async def vote(life: Life, someone: Someone) -> None:
    """A ballot and its receipt, whose words are in no table: only the code they stand for is."""
    base = f"/fr/c/{demo.SLUG}/budgets/{date.today().year}"  # noqa: DTZ011  the demonstration's year
    await someone.post(f"{base}/ballot/draft", {"p": ["1"]})
    page = await someone.post(
        f"{base}/ballot/confirm", {"p": ["1", "2"], "confirmation": "a-confirmation-of-aicha"}
    )
    life.known.note("confirmation", "a-confirmation-of-aicha")
    code = re.search(r"/v/([0-9A-Z]{8})", page)
    assert code is not None
    life.known.receipt = code[1]
    for lang in ("fr", "ar", "en"):
        page = await someone.get(f"/{lang}{base[3:]}/receipt")
        words = next(
            item for item in read(page).root.elements() if "words" in item.get("class").split()
        ).text.split()
        for between in (" ", "-", ", "):
            life.known.note(f"receipt words in {lang}", between.join(words))
        await someone.get(f"/{lang}{base[3:]}/receipts?code={'%20'.join(words)}")


async def close_an_account(life: Life) -> None:
    """Somebody signs in and closes the account again: the phone is forgotten."""
    someone = life.someone()
    await someone.post("/fr/sign-in", {"contact": CLOSED})
    await someone.post("/fr/sign-in/code", {"code": await life.code(CLOSED)})
    await someone.post("/fr/account/closure", {"sure": "yes"})
    life.known.forgotten.append(phone_secret(CLOSED))


async def faults(life: Life, clerk: Someone, someone: Someone) -> None:
    """Faults of ours while something personal is in hand: tables that are away, and a unique index that
    refuses a row. PostgreSQL names the values of the key in what it says of the second."""
    engine = sync_engine(life.settings.database)

    def say(*statements: str) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    say("ALTER TABLE residence RENAME TO residence_away")
    await clerk.post(COUNTER, written(NEVER_KNOWN), status=500)
    await someone.post(RESIDENCE, {"way": "card", **written(LISTED)}, status=500)
    say("ALTER TABLE residence_away RENAME TO residence")
    say("DELETE FROM login_code", "CREATE UNIQUE INDEX only_one ON login_code (value)")
    stranger = life.someone()
    await stranger.post("/fr/sign-in", {"contact": LOST})
    await stranger.post("/fr/sign-in", {"contact": LOST}, status=500)
    say("DROP INDEX only_one")
    engine.dispose()
    await life.code(LOST)
    life.known.contacts.append(phone_secret(LOST))
