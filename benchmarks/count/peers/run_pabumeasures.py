"""One count by pabumeasures' C++ core, in its own environment: FOLDER INSTANCE.json mes|add1.

Prints JSON: processor seconds of the count alone, winners in order, steps, peak in MiB of the whole process.
"""

import json
import re
import sys
import time
from pathlib import Path

folder, instance, rule = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), sys.argv[3]
sys.path.insert(0, str(folder / "core"))
import _core  # noqa: E402  found by the path above

costs, budget, unit = instance["costs"], instance["budget"], instance["unit"]
approvers: list[list[int]] = [[] for _ in costs]
for voter, row in enumerate(instance["rows"]):
    for option in row:
        approvers[option].append(voter)
voters = len(instance["rows"])
projects = [
    _core.ProjectEmbedding(cost, str(option), approvers[option])
    for option, cost in enumerate(costs)
    if 0 < cost <= budget
]
order = _core.ProjectComparator.ByCostAscThenVotesDesc


def funded(steps: int) -> list[int]:
    election = _core.Election(budget + steps * unit * voters, voters, projects)
    return [int(project.name) for project in _core.mes_cost(election, order)]


start = time.process_time()
steps, winners = 0, funded(0)
while rule == "add1":
    more = funded(steps + 1)
    if sum(costs[option] for option in more) > budget:
        break
    steps, winners = steps + 1, more
    if len(winners) == len(projects):
        break
seconds = time.process_time() - start
peak = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024
print(json.dumps({"seconds": seconds, "winners": winners, "steps": steps, "peak": peak}))
