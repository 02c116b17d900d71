"""Runs the checks, all or those named, and ends with a line that counts them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from checks import catalogues, migrations, settings_page, templates

ROOT = Path(__file__).resolve().parent.parent
Check = Callable[[], Iterable[str]]


def tool(*words: str, advice: str) -> Check:
    """A check that is another program: what it prints is the finding, the advice says what to type."""

    def run_tool() -> Iterable[str]:
        done = subprocess.run(
            [Path(sys.executable).with_name(words[0]), *words[1:]],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return [f"{done.stdout}{done.stderr}\n{advice}"] if done.returncode != 0 else []

    return run_tool


CHECKS: dict[str, Check] = {
    "style": tool("ruff", "check", ".", advice="Many of these mend themselves: python3 run fix"),
    "format": tool("ruff", "format", "--check", ".", advice="Type: python3 run fix"),
    "types": tool("mypy", advice="Give the types that mypy asks for, or a narrower one."),
    "imports": tool(
        "lint-imports", "--no-logo", advice="The floors and rooms: docs/decisions/0003-floors.md"
    ),
    "settings": settings_page.problems,
    "catalogues": catalogues.problems,
    "templates": templates.problems,
    "migrations": migrations.problems,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"There is no check {unknown[0]!r}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    results = [passes(name) for name in names or CHECKS]
    print(f"check: {results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


def passes(name: str) -> bool:
    """Run one check and print its findings under its name."""
    begun = time.monotonic()
    found = list(CHECKS[name]())
    verdict = "FAILED" if found else "ok"
    print(f"{name:<12} {verdict} ({time.monotonic() - begun:.1f} s)", flush=True)
    for problem in found:
        print(f"  {problem}", flush=True)
    return not found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
