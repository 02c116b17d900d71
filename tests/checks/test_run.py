"""The commands people type, and the locks they install from."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "run"


@pytest.fixture
def run():
    """The script as a module, fresh for each test."""
    loader = SourceFileLoader("run_script", str(RUN))
    module = module_from_spec(spec_from_loader("run_script", loader))
    was, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = was
    return module


def typed(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, RUN, *words], capture_output=True, text=True, check=False
    )


def pins(lock: str) -> dict[str, set[str]]:
    """Package -> its pinned versions (a package may have two, for different Pythons)."""
    found: dict[str, set[str]] = {}
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", text, re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_alone_it_prints_every_command(run):
    answer = typed()

    assert answer.returncode == 0
    for name, command in run.COMMANDS.items():
        assert name in answer.stdout
        assert command.__doc__ in answer.stdout


def test_an_unknown_command_is_answered_with_the_known_ones():
    answer = typed("deploy")

    assert answer.returncode == 2
    assert "no command 'deploy'" in answer.stderr
    assert "demo" in answer.stderr


def test_it_needs_nothing_but_the_standard_library():
    tree = ast.parse(RUN.read_text(encoding="utf-8"))

    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }

    assert imported <= sys.stdlib_module_names


def test_an_old_python_is_told_its_age(run, monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(run.Stop, match=r"Python 3\.11 or later is needed"):
        run.need_python()


def test_without_root_the_exact_line_is_printed(run, monkeypatch):
    monkeypatch.setattr(run, "SYSTEM", {"chromium": lambda: False, "libatomic1": lambda: False})
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)

    with pytest.raises(run.Stop) as stop:
        run.need_system_packages("chromium", "libatomic1")

    line = "sudo apt-get install -y --no-install-recommends chromium libatomic1"
    assert line in str(stop.value)


def test_what_is_there_is_not_installed_again(run, monkeypatch):
    monkeypatch.setattr(run, "SYSTEM", {"chromium": lambda: True})
    monkeypatch.setattr(run.subprocess, "run", lambda *_, **__: pytest.fail("nothing to install"))

    run.need_system_packages("chromium")


def test_a_changed_lock_is_installed_anew(run, monkeypatch, tmp_path):
    monkeypatch.setattr(run, "STAMP", tmp_path / "installed.txt")
    lock = tmp_path / "run.txt"
    lock.write_text("a==1\n")
    monkeypatch.setattr(run, "LOCKS", {"run": lock, "dev": lock})

    run.STAMP.write_text(run.stamp_of("run") + "\n")
    before = run.is_installed("run")
    lock.write_text("a==2\n")

    assert before
    assert not run.is_installed("run")


def test_what_serves_development_serves_the_demonstration_and_not_the_reverse(
    run, monkeypatch, tmp_path
):
    monkeypatch.setattr(run, "STAMP", tmp_path / "installed.txt")

    run.STAMP.write_text(run.stamp_of("dev"))
    assert run.is_installed("run")

    run.STAMP.write_text(run.stamp_of("run"))
    assert not run.is_installed("dev")


@pytest.mark.parametrize("code", [(0, 0), (1, 0), (0, 1), (0, 5)])
def test_the_tests_pass_only_when_both_runs_pass(run, monkeypatch, code):
    codes = iter(code)
    monkeypatch.setattr(run, "prepare", lambda _: None)
    monkeypatch.setattr(run, "need_system_packages", lambda *_: None)
    monkeypatch.setattr(run, "pytest", lambda *_: next(codes))

    assert (run.test() == 0) is (code == (0, 0))


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_a_lock_has_a_hash_for_everything_and_no_address(lock):
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")

    entries = re.split(r"\n(?=[A-Za-z])", text.strip())

    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--index|--find-links", text)


def test_the_locks_agree():
    run_pins, dev_pins = pins("run.txt"), pins("dev.txt")

    assert {name: dev_pins.get(name) for name in run_pins} == run_pins


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_the_locks_hold_what_the_project_asks_for(lock):
    about = project()
    wanted = [
        *about["project"]["dependencies"],
        *about["project"]["optional-dependencies"]["postgres"],
    ]
    if lock == "dev.txt":
        wanted += about["dependency-groups"]["dev"]
    locked = pins(lock)

    stale = [
        wish
        for wish in map(Requirement, wanted)
        if not any(
            version in wish.specifier for version in locked.get(canonicalize_name(wish.name), ())
        )
    ]

    assert not stale, f"Type: python3 run lock (stale: {', '.join(map(str, stale))})"


def test_a_demonstration_stays_small():
    assert len(pins("run.txt")) <= 45


def test_ci_types_what_the_readme_says():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")

    assert "python3 run demo\npython3 run test" in readme
    assert "\npython3 run test\n" in ci
    assert "\npython3 run check\n" in ci
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_a_lock_pins_extras_too(lock: str) -> None:
    """An older pip takes `name[extra]` without a pin for any newer release, and then refuses it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    with_extras = [name.partition("[")[0] for name in asked if "[" in name]
    pinned = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")

    assert with_extras
    assert [name for name in with_extras if f"\n{name}[" not in f"\n{pinned}"] == []
