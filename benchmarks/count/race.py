"""Our count beside pabumeasures (C++) and pabutools, alternating, each in its own process.

    python -m benchmarks.count.race PEERS_FOLDER [NAME ...] [--rounds 3] [--pabutools]

PEERS_FOLDER is what peers/build.sh made. Full Add1 counts, stopping at overspending; processor seconds
(each is one thread, and machines are shared), medians. With --pabutools its own loop runs once, midway,
which takes minutes; it ends at the first exhaustive outcome, so it may count fewer shares than we do.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.count.instances import election_named, write_plain

NAMES = ("Poland_Lodz_2022.pb.gz", "Poland_Warszawa_2026.pb.gz", "mokotow")
PEERS = Path(__file__).parent / "peers"


def run(*command: str | Path) -> dict[str, Any]:
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peers", type=Path)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pabutools", action="store_true")
    options = parser.parse_args()
    python = options.peers / "venv" / "bin" / "python"
    print(
        "| instance | projects x ballots | shares | ours s (MiB) | C++ s (MiB) | C++ / ours "
        "| pabutools s (MiB) | pabutools / ours |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name in options.names:
        election, profile = election_named(name, options.peers)
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "plain.json"
            write_plain(election, profile, plain)
            ours, cpp, slow = [], [], None
            for place in range(options.rounds):
                if options.pabutools and place == options.rounds // 2:
                    slow = run(python, PEERS / "run_pabutools.py", plain, "add1e")
                ours.append(
                    run(
                        sys.executable,
                        "-m",
                        "benchmarks.count.run_ours",
                        name,
                        "add1",
                        options.peers,
                    )
                )
                cpp.append(run(python, PEERS / "run_pabumeasures.py", options.peers, plain, "add1"))
        report(name, election, profile, ours, cpp, slow)


def report(name: str, election: Any, profile: Any, ours: Any, cpp: Any, slow: Any) -> None:
    shares = ours[0]["steps"] + 2  # from 0 to the last, and the one that overspends
    same = all(each["winners"] == ours[0]["winners"] for each in (*ours, *cpp))
    same = same and all(each["steps"] == ours[0]["steps"] for each in cpp)
    here = statistics.median(each["seconds"] for each in ours)
    there = statistics.median(each["seconds"] for each in cpp)
    peaks = [round(max(each["peak"] for each in those)) for those in (ours, cpp)]
    size = f"{len(election.options)} x {profile.ballots:,}"
    line = (
        f"| {name} {'(same winners)' if same else '**DIFFERENT**'} | {size} | {shares} "
        f"| {here:.2f} ({peaks[0]}) | {there:.2f} ({peaks[1]}) | {there / here:.1f} "
    )
    if slow is None:
        line += "| - | - |"
    else:
        agrees = set(slow["winners"]) == set(ours[0]["winners"])
        line += (
            f"| {slow['seconds']:.0f} ({slow['peak']:.0f}), "
            f"{'same' if agrees else 'other'} winners | {slow['seconds'] / here:.0f} |"
        )
    print(line, flush=True)


if __name__ == "__main__":
    main()
