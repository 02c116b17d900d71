"""Time the browser's recount of a publication with 7,000 ballots, as it is and on a slow phone.

    python -m benchmarks.recount.speed [--rate 6] [--voters 7000]

What is timed is all that the page does between the press and the answer, fetching left out: the files as
bytes in, sums, parsing, count, comparison, answer out. "rate" is Chromium's own CPU throttling (CDP
Emulation.setCPUThrottlingRate), which slows the thread of the page down; workers are not slowed down by
it, so that the count is run in the page.

Elections: an invented one (30 projects, up to 5 approvals, Add1), and real ones of about that size.
"""

import argparse
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.two_counts import CHROMIUM, FLAGS, SCRIPTS
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import PRESETS
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.pages.one_script import one_script
from pacto_participe.voting.services.importing import charter_of, contents_of
from pacto_participe.voting.tally import preset
from tests.voting.verification.publications import NAMES, charter_of_five, publication

FOLDER = Path(__file__).parents[3] / "shared" / "pb-data"
REAL = (
    "US_Stanford_Dataset_PB_Cambridge_2019_vote_approvals.pb.gz",
    "Poland_Warszawa_2022_Bielany.pb.gz",
    "France_Toulouse_2024.pb.gz",
)
NOW = datetime(2026, 12, 2, tzinfo=UTC)
NEEDED = ("SHA256SUMS", "manifest.json", "result.json", "projects.csv", "ballots.csv")

RUN = """(files) => {
  const bytes = ([name, text]) => [name, new TextEncoder().encode(text)];
  const given = new Map(Object.entries(files).map(bytes));
  const started = performance.now();
  const answer = recount(given);
  return { ...answer, milliseconds: performance.now() - started };
}"""

Publication = tuple[str, Mapping[str, bytes]]


def publications(voters: int) -> Iterator[Publication]:
    for rule in ("equal-shares-add1", "greedy-skip"):
        yield f"invented, {voters} ballots, 30 projects, {rule}", invented(voters, rule)
    for name in REAL if FOLDER.is_dir() else ():
        file = read_file(FOLDER / name)
        parameters = preset("equal-shares-add1", file)
        charter = charter_of(file, "09.581.01.07", now=NOW)
        whole = Charter.from_text(charter.text)
        changed = {**vars(whole), "parameters": parameters}
        fields = {key: changed[key] for key in Charter.__dataclass_fields__}
        made = publication(Charter(**fields), contents_of(file, charter), entitled=None)
        title = f"{name.split('.')[0]}, {file.profile.ballots} ballots"
        yield f"{title}, {len(file.election.options)} projects, equal-shares-add1", made


def invented(voters: int, rule: str) -> Mapping[str, bytes]:
    """30 projects of 120,000 to 900,000 dirhams, 4 million in all; popular ones and others."""
    chance = random.Random(2026)
    five = charter_of_five().projects
    projects = tuple(
        type(five[0])(
            key=str(number),
            number=number,
            title=five[number % len(NAMES)].title,
            place=five[0].place,
            cost_cents=chance.randrange(120, 900) * 100_000,
        )
        for number in range(1, 31)
    )
    charter = charter_of_five(
        projects=projects,
        budget_cents=400_000_000,
        ballot_limits={"max": 5},
        parameters=PRESETS[rule],
    )
    keys = [project.key for project in projects]
    liked = [chance.paretovariate(1.2) for _ in keys]
    contents: dict[str, int] = {}
    for _ in range(voters):
        chosen = set(chance.choices(keys, liked, k=chance.randint(1, 5)))
        content = ",".join(sorted(chosen))
        contents[content] = contents.get(content, 0) + 1
    return publication(charter, contents, entitled=None)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rate", type=float, default=6)
    options.add_argument("--voters", type=int, default=7000)
    options.add_argument("--runs", type=int, default=3)
    given = options.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print(f"Chromium {browser.version}; seconds, best of {given.runs}, in a fresh page each")
        print(f"| publication | as it is | {given.rate:g}x slower | answer |")
        print("|---|---|---|---|")
        for title, files in publications(given.voters):
            asked = {name: files[name].decode("utf-8") for name in NEEDED}
            times = {}
            for rate in (1, given.rate):
                found = []
                for _ in range(given.runs):
                    page = browser.new_page()
                    page.add_script_tag(content=one_script(SCRIPTS, "recount.js"))
                    session = page.context.new_cdp_session(page)
                    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                    answer = page.evaluate(RUN, asked)
                    found.append(answer["milliseconds"] / 1000)
                    page.close()
                times[rate] = min(found)
            told = "same" if answer["isSame"] else f"differs: {answer['differences'][:3]}"
            print(f"| {title} | {times[1]:.2f} | {times[given.rate]:.2f} | {told} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
