"""What an operator types."""

import sys
from functools import partial

import pytest
from anyio import to_thread
from click.testing import CliRunner

from pacto_participe.accounts import commands
from pacto_participe.cli import main, upkeep
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.accounts.town_hall import PASSWORD, found_towns
from tests.national_provider import CLIENT_ID, CLIENT_SECRET, served_provider
from tests.terminal import commands_work_on


@pytest.fixture
async def terminal(sqlite_url, tmp_path, monkeypatch, clock):
    database = Database(sqlite_url)
    async with unit_of_work(database, clock) as uow:
        await found_towns(uow)
    await database.close()
    monkeypatch.setenv("PACTO_MODE", "demo")
    monkeypatch.setenv("PACTO_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("PACTO_DATA_DIR", str(tmp_path))
    return CliRunner()


async def say(terminal, command, *words, **options):
    """Commands have a loop of their own: give them a thread of their own."""
    return await to_thread.run_sync(lambda: terminal.invoke(command, words, **options))


STAFF = ("add", "--collectivity", "ajdir", "--role", "clerk", "--email", "c@example.ma")


async def test_staff_are_added_with_a_password_that_is_asked_for(terminal):
    said = await say(terminal, commands.staff, *STAFF, input="une phrase longue\n" * 2)

    assert said.exit_code == 0, said.output
    assert "c@example.ma is clerk of ajdir" in said.output
    assert "une phrase" not in said.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            (*STAFF[:2], "nowhere", *STAFF[3:], "--password", "une phrase longue"),
            "no collectivity is called nowhere",
        ),
        ((*STAFF[:-1], "nobody", "--password", "une phrase longue"), "not an e-mail address"),
        ((*STAFF, "--password", "short"), "password_weak"),
    ],
)
async def test_what_cannot_be_is_said_in_one_sentence(terminal, words, sentence):
    said = await say(terminal, commands.staff, *words)

    assert said.exit_code == 2
    assert sentence in said.output


async def test_a_slip_is_issued_for_a_card_that_was_seen(terminal):
    words = ("issue", "--collectivity", "ajdir")

    said = await say(terminal, commands.slips, *words, input="BE123456\n12/03/1987\n")

    assert said.exit_code == 0, said.output
    assert "BE123456" not in said.output
    assert len(said.output.strip().splitlines()[-1]) == 9


async def test_a_list_is_taken_in_and_its_bad_lines_are_named(terminal, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("cnie,birth_date\nBE1,12/03/1987\nxx,12/03/1987\n", encoding="utf-8-sig")
    words = ("import", str(file), "--collectivity", "ajdir")

    said = await say(terminal, commands.resident_list, *words)
    assert said.exit_code == 2
    assert "line 3: the number cannot be read" in said.output
    assert "nothing was taken in" in said.output

    said = await say(terminal, commands.resident_list, *words, "--leave-out-bad")
    assert said.exit_code == 0
    assert "1 good lines: 1 added" in said.output


async def test_a_dry_run_of_a_list_says_the_same_and_writes_nothing(terminal, tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("cnie,birth_date\nBE1,12/03/1987\nBE2,13/03/1987\n", encoding="utf-8")
    bad.write_text("cnie,birth_date\nBE1,12/03/1987\nxx,12/03/1987\n", encoding="utf-8")

    async def imported(file, *words):
        return await say(
            terminal, commands.resident_list,
            "import", str(file), "--collectivity", "ajdir", *words,
        )  # fmt: skip

    said = await imported(good, "--dry-run")
    assert said.exit_code == 0, said.output
    assert "2 good lines, 0 would be left out; nothing was taken in." in said.output
    said = await imported(bad, "--dry-run")
    assert said.exit_code == 2
    assert "line 3: the number cannot be read" in said.output
    said = await imported(bad, "--dry-run", "--leave-out-bad")
    assert said.exit_code == 0
    assert "1 good lines, 1 would be left out" in said.output

    said = await imported(good)
    assert "2 good lines: 2 added" in said.output


async def test_a_list_that_is_not_there_is_said(terminal):
    words = ("import", "nowhere.csv", "--collectivity", "ajdir")

    said = await say(terminal, commands.resident_list, *words)

    assert said.exit_code == 2
    assert "cannot be read" in said.output


async def test_the_key_of_the_cards_is_rotated_and_shown(terminal, tmp_path):
    await say(
        terminal, commands.slips, "issue", "--collectivity", "ajdir",
        input="BE123456\n12/03/1987\n",
    )  # fmt: skip

    said = await say(terminal, commands.keys, "rotate")

    assert said.exit_code == 0, said.output
    assert "Version 2: 1 fingerprints of 1 towns" in said.output
    assert (tmp_path / "secrets" / "identity-2.key").exists()
    said = await say(terminal, commands.keys, "show")
    assert "version 2" in said.output
    assert "The newest key is version 2." in said.output


async def test_an_interrupted_rotation_is_finished_before_a_new_one_begins(terminal, tmp_path):
    await say(
        terminal, commands.slips, "issue", "--collectivity", "ajdir",
        input="BE123456\n12/03/1987\n",
    )  # fmt: skip
    Secrets(tmp_path / "secrets").get_or_make("identity-2")

    said = await say(terminal, commands.keys, "rotate")

    assert "Version 2: 1 fingerprints" in said.output
    assert not (tmp_path / "secrets" / "identity-3.key").exists()


async def test_a_rotation_without_the_old_key_is_refused(terminal, tmp_path):
    await say(
        terminal, commands.slips, "issue", "--collectivity", "ajdir",
        input="BE123456\n12/03/1987\n",
    )  # fmt: skip
    (tmp_path / "secrets" / "identity.key").unlink()

    said = await say(terminal, commands.keys, "rotate")

    assert said.exit_code == 2
    assert "no key 'identity'" in said.output


async def test_the_doctor_notices_keys_that_are_others(terminal, tmp_path):
    await say(
        terminal, commands.slips, "issue", "--collectivity", "ajdir",
        input="BE123456\n12/03/1987\n",
    )  # fmt: skip
    line = "keys: those that made the fingerprints of cards"
    assert f"PASS {line}" in (await say(terminal, upkeep.doctor)).output

    (tmp_path / "secrets" / "identity.key").write_bytes(b"x" * 32)

    said = await say(terminal, upkeep.doctor)
    assert f"FAIL {line}" in said.output
    assert said.exit_code == 1


@pytest.fixture
def switched_on(monkeypatch):
    """Settings of the national sign-in, at a provider whose address the test gives."""

    def at(issuer):
        monkeypatch.setenv("PACTO_NATIONAL_SIGN_IN", "true")
        monkeypatch.setenv("PACTO_NATIONAL_ISSUER", issuer)
        monkeypatch.setenv("PACTO_NATIONAL_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("PACTO_NATIONAL_CLIENT_SECRET", CLIENT_SECRET)

    return at


PROVIDER = "national sign-in: set up, and its provider answers"


async def test_the_doctor_says_nothing_of_a_national_sign_in_that_is_off(terminal):
    assert "national" not in (await say(terminal, upkeep.doctor)).output


async def test_the_doctor_asks_the_provider_who_it_is(terminal, switched_on):
    with served_provider() as issuer:
        switched_on(issuer)
        assert f"PASS {PROVIDER}" in (await say(terminal, upkeep.doctor)).output

        switched_on(issuer.replace("localhost", "127.0.0.1"))
        said = await say(terminal, upkeep.doctor)
        assert f"FAIL {PROVIDER}" in said.output
        assert "another issuer" in said.output

    switched_on(issuer)
    assert f"FAIL {PROVIDER}" in (await say(terminal, upkeep.doctor)).output


async def test_the_doctor_says_which_packages_are_missing(terminal, switched_on, monkeypatch):
    switched_on("https://identity.example.ma")
    monkeypatch.setitem(sys.modules, "pacto_participe.web.openid", None)  # as without the extra

    said = await say(terminal, upkeep.doctor)

    assert f"FAIL {PROVIDER}" in said.output
    assert "pip install 'pacto-participe[oidc]'" in said.output


async def test_the_server_does_not_start_without_them(terminal, switched_on, monkeypatch, capsys):
    switched_on("https://identity.example.ma")
    monkeypatch.setitem(sys.modules, "pacto_participe.web.openid", None)
    monkeypatch.setattr(sys, "argv", ["pacto-participe", "serve"])

    with pytest.raises(SystemExit) as left:
        await to_thread.run_sync(main)

    assert left.value.code == 2
    assert "pip install 'pacto-participe[oidc]'" in capsys.readouterr().err


async def test_an_operator_is_made_and_ended_on_the_command_line(town_hall, visitor, monkeypatch):
    commands_work_on(town_hall.web.settings, monkeypatch)

    async def typed(*words: str, given: str = ""):
        run = partial(CliRunner().invoke, commands.staff, ["operator", *words], input=given)
        return await to_thread.run_sync(run)

    made = await typed("--email", "op@example.ma", given=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    fields = {"email": "op@example.ma", "password": PASSWORD}
    signed_in = await visitor.post("/fr/sign-in/password", fields)
    assert signed_in.says("Continuer vers votre travail")

    ended = await typed("--email", "op@example.ma", "--end")
    assert ended.exit_code == 0, ended.output
    assert (await visitor.get("/fr/account")).path.startswith("/fr/sign-in")
    for words in (("--email", "op@example.ma", "--end"), ("--email", "no address")):
        assert (await typed(*words)).exit_code == 2
    weak = await typed("--email", "op@example.ma", given="short\nshort\n")
    assert weak.exit_code == 2
