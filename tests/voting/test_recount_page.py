"""The recount page: there after the count, with what it needs; and the same as one file for the disk."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from pacto_participe.demo.elections import publish_election
from pacto_participe.voting.commands.publications import files_of
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.pages.one_script import NotOneScript, one_script
from pacto_participe.voting.verification import Grade, findings_of
from pacto_participe.web.headers import CSP
from pacto_participe.web.static_files import top_level
from tests.town import TOWN, TOWN_SLUG, cast, count

BALLOTS = (("1,4", 40), ("1,2", 20), ("2", 15), ("3", 10), ("2,3,4", 10))
ASSEN = Path(__file__).parents[2] / "pacto_participe/demo/pabulib/Netherlands_Assen_2024.pb.gz"
LANGUAGES = ("ar", "fr", "en")


@pytest.fixture
async def counted_edition(site, open_edition):
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)
    return open_edition


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_page_leads_to_the_files_and_to_other_ways(visitor, counted_edition, lang):
    page = await visitor.get(counted_edition.path("results/recount", lang=lang))

    assert page.part("recount").get("data-files") == counted_edition.path(
        "results/data/", lang=lang
    )
    assert counted_edition.path("results/data/all.zip", lang=lang) in page.links.values()
    assert counted_edition.path("results/recount.html", lang=lang) in page.links.values()
    assert page.says("pacto-participe verify")


async def test_without_a_script_the_page_shows_no_button_and_says_what_else_to_do(
    visitor, counted_edition
):
    page = await visitor.get(counted_edition.path("results/recount"))

    states = [part for part in page.tree.elements("div") if part.get("data-state")]
    assert [part.get("data-state") for part in states if "hidden" not in part] == ["none"]
    assert len(states) == 8


async def test_before_the_count_there_is_nothing_to_count_again(visitor, open_edition):
    page = await visitor.get(open_edition.path("results/recount"))

    assert page.path == open_edition.path("results")


async def test_an_unknown_edition_is_not_found(visitor, open_edition):
    for path in ("results/recount", "results/recount.html"):
        await visitor.get(open_edition.path(path).replace("2026", "1999"), status=404)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_file_for_the_disk_is_saved_and_not_shown(visitor, counted_edition, lang):
    answer = await visitor.http.get(counted_edition.path("results/recount.html", lang=lang))

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="recount.html"'
    # The pages of the site keep their policy as it is; the file brings a stricter one of its own.
    assert answer.headers["content-security-policy"] == CSP
    assert f'<html lang="{lang}"' in answer.text


async def test_the_file_for_the_disk_connects_to_nothing(visitor, counted_edition):
    answer = await visitor.http.get(counted_edition.path("results/recount.html"))

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', answer.text)[1]
    assert "default-src &#39;none&#39;" in policy
    assert not re.search(r"(?:connect|img|font|form)-src", policy)
    for element, source in (("script", "script-src"), ("style", "style-src")):
        text = re.search(rf"<{element}>(.*?)</{element}>", answer.text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{source} &#39;sha256-{digest}&#39;;" in policy
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?/", answer.text)


async def test_the_file_for_the_disk_is_the_same_for_everybody(visitor, counted_edition):
    path = counted_edition.path("results/recount.html")

    assert (await visitor.http.get(path)).content == (await visitor.http.get(path)).content


@pytest.mark.parametrize("mode", ["demo"])
@pytest.mark.parametrize(("lang", "said"), [
    ("ar", "عرض تجريبي: لا شيء هنا رسمي."),
    ("fr", "Démonstration\u00a0: rien n’est officiel ici."),
])  # fmt: skip
async def test_the_file_of_a_demonstration_says_so_wherever_it_is_carried(
    visitor, counted_edition, lang, said
):
    answer = await visitor.http.get(counted_edition.path("results/recount.html", lang=lang))

    assert said in answer.text
    assert answer.text.index(said) < answer.text.index("<h1>")


async def test_no_other_file_says_that_it_is_a_demonstration(visitor, counted_edition):
    answer = await visitor.http.get(counted_edition.path("results/recount.html"))

    assert "Démonstration" not in answer.text


# Modules as one script


def test_modules_become_one_script_with_what_is_imported_first():
    script = one_script(top_level("static") / "js" / "recount", "alone.js")

    assert script.startswith('"use strict";\n')
    assert script.index("function sha256(") < script.index("function ranksOf(")
    assert script.index("function ranksOf(") < script.index("function begin(")
    assert not re.search(r"^(?:import|export)\b", script, re.MULTILINE)
    assert script.count("function sha256(") == 1


def test_two_modules_with_one_name_are_refused(tmp_path):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nfunction same() {}\n')
    (tmp_path / "b.js").write_text("export const b = 1;\nconst same = 2;\n")

    with pytest.raises(NotOneScript, match=r"a\.js and b\.js both have a same"):
        one_script(tmp_path, "a.js")


@pytest.mark.parametrize("line", [
    'import * as all from "./b.js";', "export { a };", "export default a;",
    'const s = "</script>";',
])  # fmt: skip
def test_what_one_script_cannot_hold_is_refused(tmp_path, line):
    (tmp_path / "a.js").write_text(f"const a = 1;\n{line}\n")

    with pytest.raises(NotOneScript):
        one_script(tmp_path, "a.js")


def test_scripts_of_the_recount_hold_no_sentence_of_their_own():
    """Words come from the page, translated: a script knows none."""
    for path in sorted((top_level("static") / "js" / "recount").glob("*.js")):
        code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        strings = re.findall(r'"([^"\n]*)"', code)
        said = [text for text in strings if re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", text)]
        assert said == []


# What the town itself publishes


async def test_the_archive_that_a_town_publishes_passes_every_check_but_one(
    visitor, counted_edition, tmp_path
):
    """The ballots of this test were dropped into the box by nobody on the roll: that is found too."""
    answer = await visitor.http.get(counted_edition.path("results/data/all.zip"))
    (tmp_path / "all.zip").write_bytes(answer.content)

    findings = findings_of(files_of(str(tmp_path / "all.zip")))

    failed = [str(found) for found in findings if found.grade is Grade.FAIL]
    assert failed == ["FAIL turnout: 95 ballots of 0 people entitled"]
    assert len([finding for finding in findings if finding.grade is Grade.PASS]) >= 18


async def test_an_election_held_elsewhere_passes_too(site, visitor, tmp_path):
    imported = await publish_election(site.web, read_file(ASSEN), TOWN)
    answer = await visitor.http.get(
        f"/fr/c/{TOWN_SLUG}/budgets/{imported.edition}/results/data/all.zip"
    )
    (tmp_path / "all.zip").write_bytes(answer.content)

    findings = findings_of(files_of(str(tmp_path / "all.zip")))

    assert [str(found) for found in findings if found.grade is Grade.FAIL] == []
    assert Grade.PASS in {found.grade for found in findings if found.code == "official"}
