"""docs/who-may-open-what.md is what the server really answers: every address × everybody."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pacto_participe.app import create_app
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.settings import Settings
from pacto_participe.web import i18n
from tests.everybody import PEOPLE, STAFF, Asked, Everybody, invite_everybody, met, served
from tests.town import NOON, LiveSite

PAGE = Path(__file__).parents[1] / "docs" / "who-may-open-what.md"
COLUMNS = [
    *(name for name in PEOPLE if not name.endswith(" there")),
    "resident there",
    "staff there",
]
ANSWERS = {
    "opens", "sign in", "second step", "identity", "not found", "refused", "desk", "town",
}  # fmt: skip


def lines() -> list[tuple[str, dict[str, str]]]:
    """The lines of the page's tables: an address, and the answer in each column."""
    found, heads = [], [""]
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "address":
            heads = cells
        elif cells[0].startswith("`"):
            found.append((cells[0].strip("`"), dict(zip(heads[1:], cells[1:], strict=True))))
    return found


LINES = lines()
TABLE = dict(LINES)


def column_of(name: str) -> str:
    """The staff of the next town share one: whatever they are there, they are nothing here."""
    role, _, there = name.partition(" ")
    return "staff there" if there == "there" and role in STAFF else name


@pytest.fixture(scope="module")
async def everybody(
    tmp_path_factory: pytest.TempPathFactory, _sqlite_with_towns: Path
) -> AsyncIterator[Everybody]:
    """One installation for real, for every address."""
    data = tmp_path_factory.mktemp("everybody")
    file = data / "pacto.db"
    shutil.copy(_sqlite_with_towns, file)
    i18n.catalogue.cache_clear()
    clock = FrozenClock(NOON)
    app = create_app(for_real(data, file), clock=clock, background=False)
    async with app.router.lifespan_context(app):
        found = await invite_everybody(LiveSite(app, clock), file)
        yield found
        await found.close()


def for_real(data: Path, file: Path) -> Settings:
    """With everything switched on that can be."""
    return Settings(
        mode="production",
        base_url="https://participe.example.ma",
        database_url=f"sqlite:///{file}",
        data_dir=data,
        secrets_dir=data / "secrets",
        mail_url="smtp://localhost",
        sms_url="https://gateway.example.ma",
        page_cache_seconds=60,
        national_sign_in=True,
        national_issuer="https://127.0.0.1:1",  # nobody answers there
        national_client_id="pacto",
        national_client_secret="for tests only",
    )


@pytest.mark.parametrize("row", sorted(TABLE))
async def test_everybody_meets_what_the_table_says(everybody: Everybody, row: str) -> None:
    assert set(TABLE[row].values()) <= ANSWERS, "use the words that stand at the top of the page"

    found = await everybody.answers(Asked(*row.split(" ")))

    said = {name: TABLE[row][column_of(name)] for name in PEOPLE}
    other = {name: f"the table says {said[name]}: {found[name]}" for name in PEOPLE}
    assert not {name: other[name] for name in PEOPLE if found[name] != said[name]}


async def test_every_address_is_in_the_table_and_every_line_has_its_address(
    everybody: Everybody,
) -> None:
    addresses = {str(asked) for asked in served(everybody.site.app)}

    assert not addresses - set(TABLE), "say in docs/who-may-open-what.md who may open it"
    assert not set(TABLE) - addresses, "nothing is there any more: take the line out"


async def test_to_ask_for_the_head_of_a_page_opens_no_more_than_to_ask_for_the_page(
    everybody: Everybody,
) -> None:
    for row in TABLE:
        asked = Asked(*row.split(" "))
        path = everybody.path(asked)
        for name in ("visitor", "administrator there", "second step owed"):
            if asked.method == "GET":
                head = met(await everybody.ask(name, "HEAD", path), path)
                assert head == TABLE[row][column_of(name)], (row, name)


def test_no_address_is_in_the_table_twice() -> None:
    assert len(LINES) == len(TABLE)


def test_each_kind_of_person_has_a_column() -> None:
    for address, row in LINES:
        assert sorted(row) == sorted(COLUMNS), address
