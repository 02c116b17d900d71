"""What a newcomer relies on: the folders, the contracts, the settings page, the changelog."""

import re
import tomllib

from checks import settings_page
from tests.architecture.sources import ROOT, features

COMMON_TEMPLATES = {"layouts", "components", "errors", "mail", "styleguide"}


def contract(name: str) -> dict:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    return next(found for found in contracts if found["name"] == name)


def test_every_feature_is_held_to_the_rooms():
    rooms = contract("Inside a feature, each room uses only the rooms below it")

    listed = {container.removeprefix("pacto_participe.") for container in rooms["containers"]}

    assert listed == features(), "List each feature under containers in pyproject.toml"


def test_every_template_folder_is_a_feature_or_common():
    folders = {folder.name for folder in (ROOT / "templates").iterdir() if folder.is_dir()}

    strange = folders - features() - COMMON_TEMPLATES

    assert not strange, f"Call a template folder like the feature whose pages it holds: {strange}"


def test_every_setting_is_documented():
    assert list(settings_page.problems()) == []


def test_each_exception_to_a_rule_says_why():
    excused = re.compile(r"# (?:noqa: [A-Z0-9]+|type: ignore\[[a-z-]+\])(.*)")
    folders = ("pacto_participe", "tests", "e2e", "checks", "benchmarks", "static")
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))

    silent = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := excused.search(line)) and not re.search(r"\w\w", found[1])
    ]

    assert not silent, f"Write the reason behind the rule's name, on the same line: {silent}"


def test_the_changelog_begins_with_what_is_not_released():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    kinds = set(re.findall(r"^### (.+)$", changelog, re.MULTILINE))

    assert headings[0] == "Unreleased"
    assert kinds <= {"Added", "Changed", "Fixed", "Removed", "Security"}


def test_every_decision_has_its_four_parts_and_a_number_of_its_own():
    decisions = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))

    numbers = [decision.name[:4] for decision in decisions]
    unfinished = [
        decision.name
        for decision in decisions
        for part in ("Context", "Decision", "Consequences", "Alternatives")
        if f"## {part}" not in decision.read_text(encoding="utf-8")
    ]

    assert len(set(numbers)) == len(numbers), "Two decisions have one number"
    assert not unfinished, f"Write Context, Decision, Consequences, Alternatives in: {unfinished}"
