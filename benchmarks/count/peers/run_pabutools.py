"""Counts by pabutools 1.2.3 (exact fractions), in its own environment.

    run_pabutools.py INSTANCE.json mes|add1e    prints JSON as run_pabumeasures.py
    run_pabutools.py INSTANCES.json each        prints the winners of each, at each share

`add1e` is its own Add1 loop, which ends at the first exhaustive outcome.
"""

import json
import re
import sys
import time
from pathlib import Path

from pabutools.election import (
    Additive_Cardinal_Sat,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    Cardinality_Sat,
    CardinalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

UTILITIES = {
    "cost": Cost_Sat,
    "cardinality": Cardinality_Sat,
    "points": Additive_Cardinal_Sat,
}


class Instances:
    """One election as pabutools holds it."""

    def __init__(self, plain, group):
        self.plain = plain
        self.projects = [Project(str(i), cost) for i, cost in enumerate(plain["costs"])]
        usable = [p for p in self.projects if 0 < p.cost <= plain["budget"]]
        self.instance = Instance(usable, budget_limit=plain["budget"])
        profile = self._pointed() if "marks" in plain else self._approved()
        self.profile = profile.as_multiprofile() if group else profile
        votes = [
            sum(option in row for row in plain["rows"]) for option in range(len(plain["costs"]))
        ]
        self.ties = TieBreakingRule(
            lambda instance, profile, p: (p.cost, -votes[int(p.name)], int(p.name))
        )

    def _approved(self):
        ballots = [
            ApprovalBallot(self.projects[o] for o in row if self.projects[o] in self.instance)
            for row in self.plain["rows"]
        ]
        return ApprovalProfile(ballots, instance=self.instance)

    def _pointed(self):
        ballots = []
        for row, marks in zip(self.plain["rows"], self.plain["marks"], strict=True):
            points = {self.projects[o]: mark for o, mark in zip(row, marks, strict=True) if mark}
            kept = {p: points.get(p, 0) for p in self.instance}
            ballots.append(CardinalBallot(kept))
        return CardinalProfile(ballots, instance=self.instance)

    def count(self, steps=0, increment=None):
        plain = self.plain
        self.instance.budget_limit = plain["budget"] + steps * plain["unit"] * len(plain["rows"])
        chosen = method_of_equal_shares(
            self.instance,
            self.profile,
            sat_class=UTILITIES[plain.get("utility", "cost")],
            tie_breaking=self.ties,
            voter_budget_increment=increment,
        )
        return [int(project.name) for project in chosen]


def main() -> None:
    plain, rule = json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]
    if rule == "each":
        answers = []
        for each in plain:
            election = Instances(each, group=False)
            answers.append([election.count(steps) for steps in range(each["shares"])])
        print(json.dumps(answers))
        return
    election = Instances(plain, group=True)
    start = time.process_time()
    winners = election.count(increment=plain["unit"] if rule == "add1e" else None)
    seconds = time.process_time() - start
    peak = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024
    print(json.dumps({"seconds": seconds, "winners": winners, "steps": None, "peak": peak}))


main()
