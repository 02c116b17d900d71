"""A council writes a vote down in a file; it becomes a draft, which its administrators publish."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from anyio import to_thread
from click.testing import CliRunner, Result

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.cli.vote import vote
from pacto_participe.consultations.domain import Activity
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.errors import Conflict, NotAllowed
from pacto_participe.kernel.positions import Position
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import PRESETS
from pacto_participe.voting.queries.prepared import Announcement
from pacto_participe.voting.services import preparing
from pacto_participe.voting.services.vote_file import BadVoteFile, read_vote
from pacto_participe.voting.services.vote_file_places import (
    MOST_KILOMETRES_OF_A_COMMUNE,
    Surroundings,
)
from tests.terminal import commands_work_on
from tests.town import TOWN, TOWN_SLUG, LiveSite
from tests.two_administrators import admin

EXAMPLE = Path(__file__).parents[2] / "docs" / "vote.toml"
PAGE = "/fr/staff/tiznit/votes/2030"
HERE = "position = [29.6974, -9.7316] "
TWO_NUMBERS = (
    "must be a latitude and a longitude in degrees, such as [29.6974, -9.7316], without quotes"
)
TIZNIT = Surroundings(Position(2_969_740, -973_160), MOST_KILOMETRES_OF_A_COMMUNE)


def read(
    content: str, seed: str = "5f1d7c", around: Surroundings | None = None
) -> tuple[Charter, Announcement]:
    charter, announcement, _sounds = read_vote(
        content.encode(),
        collectivity_id=TOWN,
        vote_id="v" * 32,
        lot_seed=seed,
        around=around,
        folder=EXAMPLE.parent,
    )
    return charter, announcement


def changed(*pairs: tuple[str, str]) -> str:
    """The example with other words."""
    content = EXAMPLE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in content, old
        content = content.replace(old, new)
    return content


def test_the_example_is_read_whole_and_exactly() -> None:
    charter, announcement = read(changed())

    assert charter.opens_at == datetime(2030, 3, 18, 8, tzinfo=UTC)  # Morocco is at UTC
    assert charter.closes_at == datetime(2030, 3, 31, 23, 59, tzinfo=UTC)
    assert charter.budget_cents == 100_000_000
    assert [project.cost_cents for project in charter.projects] == [
        45_000_000, 24_000_050, 54_000_000,
    ]  # fmt: skip
    assert charter.parameters == PRESETS["equal-shares-add1"]
    assert (charter.who, charter.includes_workers, charter.age_on) == (Who.RESIDENTS, True, None)
    assert charter.title.to_dict().keys() == {"ar", "fr"}
    assert charter.area_name("المركز").to_dict()["fr"] == "Centre"
    assert [stage.activity for stage in announcement.stages] == [
        Activity.STUDY, Activity.VOTE, Activity.RESULTS,
    ]  # fmt: skip
    assert preparing.problems_of_charter(charter) == ()
    assert Charter.from_text(charter.text) == charter


def test_who_may_vote_is_read() -> None:
    voters = "citizens_only = true\nage_on = 2030-01-01"
    charter, _ = read(changed(("citizens_only = false", voters), ("= 18 ", "= 16 ")))

    rule = charter.eligibility
    assert (rule.minimum_age, rule.on, rule.who) == (16, date(2030, 1, 1), Who.CITIZENS)


def test_an_hour_with_an_offset_is_that_instant() -> None:
    charter, _ = read(changed(("2030-03-18T08:00:00", "2030-03-18T08:00:00+01:00")))

    assert charter.opens_at == datetime(2030, 3, 18, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("budget = 1_000_000", f"budget = {'9' * 5000}", "it cannot be read as TOML"),
        ("budget = 1_000_000", f"budget = {'[' * 5000}", "it cannot be read as TOML"),
        ("budget = 1_000_000", "budget = [", "it cannot be read as TOML: "),
        ("budget = 1_000_000", "", "budget: is missing"),
        ("budget = 1_000_000", 'budget = "1 000 000"', "budget: must be an amount in dirhams"),
        ("240_000.50", "240_000.505", "cost of project 2: 240000.505 is no amount"),
        ("240_000.50", "nan", "project 2 in the file, cost: must be an amount"),
        ("240_000.50", "-1", "project 2 in the file, cost: must be more than 0"),
        ("1_000_000", f"{10**19}", f"budget: must be {10**12} or less"),
        ("450_000", f"{10**19}", f"project 1 in the file, cost: must be {10**12} or less"),
        ("450_000", f"{10**19}.5", f"project 1 in the file, cost: must be {10**12} or less"),
        ("equal-shares-add1\"", "best\"", "count: 'best' is none of greedy-skip"),
        ('"approval"', '"eurovision"', "ballot.kind: 'eurovision' is none of approval"),
        ('"study"', '"sleep"', "stage 1 in the file, activity: 'sleep' is none of propose"),
        ("2030-03-18T08:00:00", '"soon"', "opens: must be a day and an hour, such as"),
        ("2030-03-18T08:00:00", "2030-03-18", "opens: must be a day and an hour, such as"),
        ("2030-03-31T23:59:00", "2030-03-18T08:00:00", "closes: must be after opens"),
        ("= 18 ", '= "18" ', "voters.minimum_age: must be a whole number"),
        ("= 18 ", "= 19 ", "voters.minimum_age: must be 18 or less"),
        ("max = 2 ", 'max = "two" ', "ballot.limits.max: must be a whole number"),
        ("{ min = 1, max = 2 }", "2", "ballot.limits: must be in braces, such as { min"),
        ('title = { ar = "نقطة ماء", fr = "Point d’eau" }', "",
         "project 2 in the file, title: is missing"),
        ('title = { ar = "نقطة ماء", fr = "Point d’eau" }', "title = {}",
         "project 2 in the file, title: needs words in one language at least"),
        ('title = { ar = "نقطة ماء", fr = "Point d’eau" }', 'title = "Point d’eau"',
         'project 2 in the file, title: must be in braces, such as { ar = "'),
        ('title = { ar = "ملعب القرب", fr = "Terrain de proximité" }', 'title.fr = "\\u0000"',
         "project 3 in the file, title: needs words in one language"),
        ('pictogram = "p-well"', "colour = 1", "project 2 in the file, colour: is not known here"),
        ("number = 2", "number = 1", "projects: 2 have the number 1"),
        ("ends = 2030-03-01", "ends = 2030-01-10", "stage 1 in the file: it ends before it starts"),
        ("[[projects]]\nnumber = 1",
         '[[stages]]\nactivity = "study"\nstarts = 2030-03-02T00:00:00\n[[projects]]\nnumber = 1',
         "stage 2 in the file, activity: 'study' is named twice"),
        ('area = "المركز"', 'area = "Centre"',
         "project 1 in the file, area: 'Centre' is none of المركز"),
        ('area = "المركز"', f'area = "{"a" * 61}"',
         "project 1 in the file, area: has more than 60 letters"),
        ('[areas."المركز"]', f"[areas.{'a' * 61}]", f"areas.{'a' * 61}: has more than 60 letters"),
        *((HERE, f"position = {wrong} ", f"project 1 in the file, position: {TWO_NUMBERS}")
          for wrong in ("[29.6974]", "[29.6974, -9.7316, 90]", '"29.6974, -9.7316"', "29.6974", "[true, 9]",
                        '["29.6974", "-9.7316"]', "[nan, -9.7316]", "[29.6974, inf]", "[[1, 2], 3]",
                        "{ lat = 29.6974, lon = -9.7316 }", "[1e400, 1]", "[29.6974, 1970-01-01]")),
        (HERE, "position = [91, -9.7316] ", "project 1 in the file, position: must be a latitude"),
        (HERE, "position = [29.6974, 180.00001] ", "project 1 in the file, position: must be a latitude"),
        (HERE, "position = [0, 0.0] ", "project 1 in the file, position: 0, 0 is a point of the ocean"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_place(old: str, new: str, sentence: str) -> None:
    with pytest.raises(BadVoteFile) as found:
        read(changed((old, new)))

    (line,) = found.value.lines  # one sentence, where it is wrong, in nobody's jargon
    assert line.startswith(sentence), line
    assert "nput should be" not in line


def test_where_a_project_lies_is_read_to_the_metre() -> None:
    charter, _ = read(changed((HERE, "position = [29.697_404_9, -10] ")), around=TIZNIT)

    assert [project.position for project in charter.projects] == [
        Position(2_969_740, -1_000_000), None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("[-9.7316, 29.6974]", "the latitude comes first: perhaps [29.69740, -9.73160]"),
        (
            "[52.23, 21.01]",
            "is 3547 kilometres away from the town; latitude first, and west is below 0",
        ),
        (
            "[29.6974, 9.7316]",
            "is 1877 kilometres away from the town; latitude first, and west is below 0",
        ),
    ],
)
def test_a_place_that_is_not_of_the_town_is_refused_with_what_was_meant(
    written: str, sentence: str
) -> None:
    content = changed((HERE, f"position = {written} "))

    with pytest.raises(BadVoteFile) as found:
        read(content, around=TIZNIT)

    assert found.value.lines == (f"project 1 in the file, position: {sentence}",)
    read(content)  # of a town whose place the register does not know, nobody can say


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadVoteFile) as found:
        read("edition = 7\nopens = 2030-01-01")

    assert len(found.value.lines) >= 6


def test_marks_that_turn_or_hide_words_are_left_out() -> None:
    charter, _ = read(changed(("Terrain de proximité", "Terrain\\u202e de\\u0000 proximité")))

    assert charter.by_number[3].title.to_dict()["fr"] == "Terrain de proximité"


async def bring_in(file: Path, *more: str) -> Result:
    words = ["prepare", str(file), "--collectivity", TOWN_SLUG, *more]
    return await to_thread.run_sync(lambda: CliRunner().invoke(vote, words))


@pytest.fixture
def by_command(site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the database of the site."""
    commands_work_on(site.web.settings, monkeypatch)


@pytest.mark.usefixtures("by_command")
async def test_a_draft_by_command_is_published_on_the_pages(
    database_url: str, site: LiveSite, administrator, visitor
) -> None:
    told = await bring_in(EXAMPLE)
    assert told.exit_code == 0, told.output
    assert told.output.strip().endswith("/ar/staff/tiznit/votes/2030")

    page = await administrator.get(PAGE)
    assert page.says("Budget participatif 2030", "Brouillon", "activité économique")
    page = await administrator.follow(page, "Publier la consultation")
    page = await administrator.submit(page.form("/publication"))
    assert page.says("Tout le monde peut")
    page = await administrator.follow(page, "Figer les règles")
    page = await administrator.submit(page.form("/rules"))

    assert page.says("Les règles sont figées et publiées")
    assert (await visitor.get("/fr/c/tiznit/budgets/2030/")).says("Budget participatif 2030")
    journal = await administrator.get("/fr/staff/tiznit/journal")
    assert journal.says("La préparation d’un vote a commencé", "· Exploitant de la plateforme")


@pytest.mark.usefixtures("by_command")
async def test_a_draft_is_replaced_until_it_is_published(
    tmp_path: Path, site: LiveSite, administrator
) -> None:
    await bring_in(EXAMPLE)
    (again := tmp_path / "again.toml").write_text(
        changed(("1_000_000", "2_000_000")), encoding="utf-8"
    )
    refused = await bring_in(again)
    assert refused.exit_code == 2  # not by accident
    assert refused.output.endswith("If it is a draft, --replace puts this one in its place.\n")

    assert (await bring_in(again, "--replace")).exit_code == 0

    assert (await administrator.get(PAGE)).says("2 000 000 DH")
    assert (await administrator.get("/fr/staff/tiznit/journal")).says("a été remplacé, version 2")
    page = await administrator.get(f"{PAGE}/publication")
    await administrator.submit(page.form("/publication"))
    late = await bring_in(again, "--replace")
    assert late.exit_code == 2
    assert "published" in late.output


@pytest.mark.usefixtures("by_command")
async def test_there_must_be_a_draft_to_replace(site: LiveSite) -> None:
    told = await bring_in(EXAMPLE, "--replace")

    assert (told.exit_code, "leave --replace out" in told.output) == (2, True)


@pytest.mark.usefixtures("by_command")
async def test_what_is_missing_is_said_with_the_draft(tmp_path: Path, site: LiveSite) -> None:
    content = changed(("2030-0", "2020-0"), ("p-well", "p-none"))
    (file := tmp_path / "late.toml").write_text(content, encoding="utf-8")

    told = await bring_in(file)

    assert told.exit_code == 0
    assert told.output.count("Missing before it is published") == 2


@pytest.mark.usefixtures("by_command")
@pytest.mark.parametrize(
    ("name", "slug", "sentence"),
    [("none.toml", TOWN_SLUG, "No such file"), ("", "nowhere", "no collectivity is called")],
)
async def test_what_is_not_there_is_named(site, tmp_path, name, slug, sentence) -> None:
    file = tmp_path / name if name else EXAMPLE
    words = ["prepare", str(file), "--collectivity", slug]

    told = await to_thread.run_sync(lambda: CliRunner().invoke(vote, words))

    assert (told.exit_code, sentence in told.output) == (2, True), told.output


@pytest.mark.usefixtures("by_command")
async def test_the_command_knows_where_the_town_lies(tmp_path: Path, site: LiveSite) -> None:
    content = changed((HERE, "position = [-9.7316, 29.6974] "))
    (file := tmp_path / "swapped.toml").write_text(content, encoding="utf-8")

    told = await bring_in(file)

    assert (told.exit_code, "perhaps [29.69740, -9.73160]" in told.output) == (2, True), told.output


@pytest.mark.usefixtures("by_command")
async def test_a_file_with_a_slip_of_the_pen_leaves_nothing(
    tmp_path: Path, site: LiveSite, administrator
) -> None:
    (file := tmp_path / "slip.toml").write_text(changed(("number = 2", "number = 1")), "utf-8")

    told = await bring_in(file)

    assert (told.exit_code, told.output) == (2, f"{file}: projects: 2 have the number 1\n")
    assert "2030" not in (await administrator.get("/fr/staff/tiznit/votes")).text
    assert not (await administrator.get("/fr/staff/tiznit/journal")).says("2030")


async def test_a_replaced_draft_keeps_the_number_of_its_draw(site: LiveSite) -> None:
    """Else whoever prepares could draw again and again until a seed suits them."""
    async with site.work(admin("first", TOWN)) as uow:
        await preparing.prepare(uow, *read(changed()))
    async with site.work(admin("first", TOWN)) as uow:
        again = await preparing.redraft(uow, *read(changed(("1_000_000", "9")), seed="other"))

    assert (again.charter.lot_seed, again.revision) == ("5f1d7c", 2)
    with pytest.raises(NotAllowed):
        async with site.work(Actor()) as uow:
            await preparing.redraft(uow, *read(changed()))
    with pytest.raises(Conflict):  # what somebody saw before is out of date
        async with site.work(admin("first", TOWN)) as uow:
            await preparing.announce(uow, TOWN, "2030", 1)
