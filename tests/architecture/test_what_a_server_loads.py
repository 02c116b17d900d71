"""A serving process starts without what only commands, counts, imports and other installations need."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

NOT_AT_THE_START = {
    "numpy": "a count",
    "alembic": "the command migrate",
    "babel.messages": "set-up, which compiles the catalogues",
    "phonenumbers": "the first number that somebody types",
    "aiosmtplib": "the first mail",
    "psycopg": "PostgreSQL",
    "authlib": "sign-in through the State",
    "webauthn": "the first passkey",
    "segno": "the first square code",
}

START = """
import sys
from pathlib import Path
from pacto_participe import cli
from pacto_participe.app import create_app
from pacto_participe.settings import Settings
create_app(Settings(mode="demo", data_dir=Path(sys.argv[1])))
print("\\n".join(sys.modules))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules in memory of a server that is ready to serve, on SQLite."""
    started = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path_factory.mktemp("data"))],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    return set(started.stdout.split())


@pytest.mark.parametrize("module", NOT_AT_THE_START)
def test_a_server_starts_without(module: str, loaded: set[str]):
    assert module not in loaded, (
        f"{module} is needed for {NOT_AT_THE_START[module]}: import it in the function that does that"
    )


def test_a_server_has_loaded_its_pages(loaded: set[str]):
    assert "pacto_participe.voting.routes.public" in loaded
