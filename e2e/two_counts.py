"""The two counts side by side: our engine in Python, and the one of the recount page in Chromium."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from pacto_participe.voting.domain import Election, Number, Outcome, Parameters, Profile
from pacto_participe.voting.pages.one_script import one_script
from pacto_participe.voting.publication.result import exact
from pacto_participe.voting.rules import count

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SCRIPTS = Path(__file__).parents[1] / "static" / "js" / "recount"

# Whole numbers come as text, since JSON numbers of a browser are floats.
COUNT = """(asked) => {
  const { options, budget, unit, rows, parameters, lot } = JSON.parse(asked);
  const election = {
    options: options.map((option) => ({ ...option, cost: BigInt(option.cost) })),
    budget: BigInt(budget),
    unit: BigInt(unit),
  };
  const started = performance.now();
  const outcome = count(election, rows, parameters, lot);
  const milliseconds = performance.now() - started;
  const plain = (value) => (typeof value === "string" ? value : text(value));
  const each = (numbers) => Object.fromEntries(Object.entries(numbers).map(([k, v]) => [k, plain(v)]));
  return JSON.stringify({
    milliseconds,
    winners: outcome.winners,
    spent: String(outcome.spent),
    numbers: each(outcome.numbers),
    rounds: outcome.rounds.map((round) => ({
      option: round.option,
      funded: round.funded,
      score: plain(round.score),
      left: String(round.left),
      numbers: each(round.numbers),
    })),
  });
}"""


@contextmanager
def counting_page() -> Iterator[Page]:
    """A page of Chromium that has the engine and nothing else."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        open_engine(page)
        yield page
        browser.close()


def open_engine(page: Page) -> None:
    """Put the engine into a page, as the one script that the file for the disk has."""
    page.add_script_tag(content=one_script(SCRIPTS, "recount.js"))


def asked(election: Election, profile: Profile, parameters: Parameters, lot: str | None) -> str:
    """The same question as JSON."""
    marks = profile.marks or (None,) * len(profile.rows)
    return json.dumps(
        {
            "options": [
                {
                    "id": option.id,
                    "cost": str(option.cost),
                    "group": option.group,
                    "district": option.district,
                    "withdrawn": option.is_withdrawn,
                }
                for option in election.options
            ],
            "budget": str(election.budget),
            "unit": str(election.units_per_currency),
            "rows": [
                {"options": row, "marks": points, "weight": weight}
                for row, points, weight in zip(profile.rows, marks, profile.weights, strict=True)
            ],
            "parameters": parameters.to_dict(),
            "lot": lot,
        }
    )


def by_browser(
    page: Page, election: Election, profile: Profile, parameters: Parameters, lot: str | None
) -> dict[str, Any]:
    """What the browser's engine says."""
    told: dict[str, Any] = json.loads(
        page.evaluate(COUNT, asked(election, profile, parameters, lot))
    )
    return told


def by_python(
    election: Election, profile: Profile, parameters: Parameters, lot: str | None
) -> dict[str, Any]:
    """What ours says, in the same shape."""
    return plain(count(election, profile, parameters, lot=lot))


def plain(outcome: Outcome) -> dict[str, Any]:
    def text(value: Number | str) -> str:
        return value if isinstance(value, str) else exact(value)

    return {
        "winners": list(outcome.winners),
        "spent": str(outcome.spent),
        "numbers": {name: text(value) for name, value in outcome.numbers.items()},
        "rounds": [
            {
                "option": step.option,
                "funded": step.funded,
                "score": exact(step.score),
                "left": exact(step.left),
                "numbers": {name: exact(value) for name, value in step.numbers.items()},
            }
            for step in outcome.rounds
        ],
    }


def differences(browser: dict[str, Any], python: dict[str, Any]) -> list[str]:
    """Where they differ; [] when they agree. A number that only one of them tells is no difference."""
    found = [
        f"{key}: {browser[key]} in the browser, {python[key]} in Python"
        for key in ("winners", "spent")
        if browser[key] != python[key]
    ]
    found += _of_numbers("count", browser["numbers"], python["numbers"])
    if len(browser["rounds"]) != len(python["rounds"]):
        found.append(f"{len(browser['rounds'])} and {len(python['rounds'])} rounds")
    for place, (here, there) in enumerate(
        zip(browser["rounds"], python["rounds"], strict=False), start=1
    ):
        for key in ("option", "funded", "score", "left"):
            if here[key] != there[key]:
                found.append(f"round {place}, {key}: {here[key]} and {there[key]}")
        found += _of_numbers(f"round {place}", here["numbers"], there["numbers"])
    return found


def _of_numbers(where: str, here: dict[str, str], there: dict[str, str]) -> list[str]:
    return [
        f"{where}, {name}: {value} in the browser, {there.get(name)} in Python"
        for name, value in here.items()
        if there.get(name) != value
    ]
