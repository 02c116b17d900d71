"""Load in alternation, by the limits' own pairs.py, and what its table says."""

import subprocess
import sys
from dataclasses import dataclass

from benchmarks.rig.places import LIMITS


@dataclass(frozen=True, slots=True)
class Runner:
    """One target of a race. `before` is a shell command that runs before each of its runs."""

    name: str
    url: str
    load: str = ""
    before: str = ""
    pid_files: str = ""

    def __str__(self) -> str:
        return "|".join((self.name, self.url, self.load, self.before, self.pid_files))


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds. CPU is that of the server's processes."""

    per_second: float
    p99_ms: float
    requests: int
    failed: int
    cpu_ms: float


def race(*runners: Runner, rounds: int, seconds: float, connections: int) -> dict[str, Result]:
    """Run A B A B …, show the table, and return the medians by name."""
    command = [sys.executable, LIMITS / "pairs.py", str(rounds), str(seconds), str(connections)]
    done = subprocess.run(
        [*map(str, command), *map(str, runners)], capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr, sep="", flush=True)
    results = {}
    for line in done.stdout.splitlines():
        for runner in runners:
            if line.startswith(runner.name.ljust(30)):
                words = line[30:].split()
                results[runner.name] = Result(
                    per_second=float(words[0]),
                    p99_ms=float(words[4]),
                    requests=int(words[5]),
                    failed=int(words[6]) + int(words[7]),
                    cpu_ms=float(words[9]),
                )
    if len(results) != len(runners):
        sys.exit("the race did not end")
    return results


def verdict(goal: str, what: str, value: float, wanted: float, *, at_most: bool = False) -> bool:
    """Say whether a goal is reached."""
    reached = value <= wanted if at_most else value >= wanted
    sign = "<=" if at_most else ">="
    print(f"{goal:4s} {what}: {value:.3f}, wanted {sign} {wanted:g}: {'yes' if reached else 'NO'}")
    return reached
