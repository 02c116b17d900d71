import pytest
from click.testing import CliRunner

from pacto_participe.collectivities.commands import collectivities
from pacto_participe.collectivities.domain.register import Fault
from pacto_participe.collectivities.wording import FAULTS
from tests.collectivities.registers import COMMUNE, PROVINCE, REGION, register


@pytest.fixture
def load(database_url, monkeypatch):
    """`collectivities load` on a fresh database of both kinds."""
    monkeypatch.setenv("PACTO_MODE", "test")
    monkeypatch.setenv("PACTO_DATABASE_URL", database_url)

    def run(*arguments):
        return CliRunner().invoke(collectivities, ["load", *map(str, arguments)])

    return run


def test_without_a_file_the_bundled_register_is_loaded_and_may_be_again(load):
    first, second = load(), load()

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1631 read: 1631 added, 0 changed, 0 unchanged" in first.stdout
    assert "1631 read: 0 added, 0 changed, 1631 unchanged" in second.stdout


def test_a_file_from_a_spreadsheet_with_its_mark_in_front_is_read(load, tmp_path):
    file = tmp_path / "souss.csv"
    file.write_text("".join(register(REGION, PROVINCE, COMMUNE)), encoding="utf-8-sig")

    assert "3 read: 3 added" in load(file).stdout


def test_a_bad_file_is_refused_in_one_sentence_that_names_line_and_cause(load, tmp_path):
    file = tmp_path / "souss.csv"
    file.write_text("".join(register(REGION, COMMUNE)), encoding="utf-8")

    refused = load(file)

    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert refused.stderr == (
        f"{file}, line 3: the parent 09.541 is neither in the file nor known already.\n"
    )


def test_a_file_in_another_encoding_is_refused_with_its_line(load, tmp_path):
    file = tmp_path / "souss.csv"
    file.write_bytes("".join(register(REGION.replace("سوس-ماسة", "x"))).encode("utf-16"))
    latin = tmp_path / "latin.csv"
    latin.write_bytes("code\nFès\n".encode("latin-1"))

    assert load(file).exit_code == 2
    assert load(latin).stderr == f"{latin}, line 2: the text is not UTF-8.\n"


def test_a_file_that_is_not_there_is_refused(load, tmp_path):
    refused = load(tmp_path / "none.csv")

    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "none.csv cannot be read" in refused.stderr


def test_a_database_without_tables_is_refused_in_one_sentence(empty_database_url, monkeypatch):
    monkeypatch.setenv("PACTO_MODE", "test")
    monkeypatch.setenv("PACTO_DATABASE_URL", empty_database_url)

    refused = CliRunner().invoke(collectivities, ["load"])

    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "collectivity" in refused.stderr


def test_every_fault_of_a_register_has_its_sentence():
    assert FAULTS.keys() == set(Fault)
