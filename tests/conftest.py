"""Databases for tests: real ones, one a test, of both kinds, at the newest schema.

`database_url` runs a test twice, on SQLite and on PostgreSQL; `sqlite_url` once. Each worker of a
parallel run has its own PostgreSQL, started when the first test asks for it.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pacto_participe.migrations.runner import migrate
from pacto_participe.web.compiled_templates import CompiledTemplates
from tests.postgres import Cluster, temporary_cluster

# The town and its people, for every test.
pytest_plugins = ["tests.town", "tests.two_administrators"]

# A loaded machine is slow, not wrong: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What Jinja makes of the templates serves every application of a run, each with data of its own.

    Compiling them anew cost a test of a page more than all the rest of it.
    """
    kept = CompiledTemplates(tmp_path_factory.mktemp("templates"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pacto_participe.app.CompiledTemplates", lambda data_dir: kept)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with temporary_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def _postgres_at_head(postgres: Cluster) -> str:
    """A database at the newest schema, to copy."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def _sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file at the newest schema, to copy."""
    file = tmp_path_factory.mktemp("schema") / "head.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_at_head: Path) -> str:
    file = tmp_path / "pacto.db"
    shutil.copy(_sqlite_at_head, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: Cluster, _postgres_at_head: str) -> Iterator[str]:
    name = postgres.create(template=_postgres_at_head)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database at the newest schema, as PACTO_DATABASE_URL names it: once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table: once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)
