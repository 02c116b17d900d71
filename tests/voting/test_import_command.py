"""An election held elsewhere is brought in by a command; a damaged file gets one sentence with its line."""

from pathlib import Path

import pytest
from anyio import to_thread
from click.testing import CliRunner, Result

from pacto_participe.cli.election import election
from tests.terminal import commands_work_on
from tests.town import TOWN_SLUG, LiveSite

GOOD = """META
key;value
num_projects;2
num_votes;2
budget;100
vote_type;approval
PROJECTS
project_id;cost
a;60
b;50
VOTES
voter_id;vote
1;a
2;a,b
"""


@pytest.fixture(autouse=True)
def _installation(site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> None:
    commands_work_on(site.web.settings, monkeypatch)


async def bring_in(file: Path, *more: str) -> Result:
    words = ["import", str(file), "--collectivity", TOWN_SLUG, *more]
    return await to_thread.run_sync(lambda: CliRunner().invoke(election, words))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("b;50", "b;dear", "line 10: the cost 'dear' is not an amount of money"),
        ("2;a,b", "2;a,z", "line 14: a vote names project 'z', which is not there"),
        ("META\n", "", "line 1: expected the section META, found 'key'"),
    ],
)
async def test_a_damaged_file_is_refused_with_its_name_line_and_cause(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    file = tmp_path / "vote.pb"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    told = await bring_in(file)

    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr.strip() == f"{file}, {sentence}"


async def test_a_whole_file_is_brought_in(tmp_path: Path) -> None:
    file = tmp_path / "vote.pb"
    file.write_text(GOOD, encoding="utf-8")

    told = await bring_in(file)

    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("2 ballots: ")

    again = await bring_in(file)

    assert again.exit_code == 2
    assert again.stderr.strip() == f"{file}: election is shown here already."


async def test_a_file_without_a_language_is_published_without_one(
    site: LiveSite, tmp_path: Path
) -> None:
    """pabulib-checker takes no code that is not one of two letters, "und" neither."""
    file = tmp_path / "vote.pb"
    more = "".join(f"{voter};a\n" for voter in range(3, 101))
    file.write_text(GOOD.replace("num_votes;2", "num_votes;100") + more, encoding="utf-8")
    told = await bring_in(file, "--publish")
    assert told.exit_code == 0, told.output

    found = await site.browser().http.get(
        f"/fr/c/{TOWN_SLUG}/budgets/election/results/data/ballots.pb"
    )

    assert found.status_code == 200
    assert "language" not in found.text


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.pb"

    told = await bring_in(file)

    assert told.exit_code == 2
    assert told.stderr.startswith(f"{file}: ")
    assert len(told.stderr.splitlines()) == 1
