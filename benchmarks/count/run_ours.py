"""One count by this project: NAME mes|add1|add1e [PEERS_FOLDER]. Prints JSON as the peers do.

`seconds` of processor time, for the whole count from grouped ballots to verdicts.
"""

import json
import re
import sys
import time
from pathlib import Path

from benchmarks.count.instances import election_named
from pacto_participe.voting.domain import PRESETS
from pacto_participe.voting.rules import count
from pacto_participe.voting.rules.equal_shares_hall import count_in_hall

PARAMETERS = {
    "mes": PRESETS["equal-shares"],
    "add1": PRESETS["equal-shares-add1"],
    "add1e": PRESETS["equal-shares-add1-exhaustive"],
}


def main() -> None:
    assert count_in_hall  # with numpy, loaded before the clock runs, as the peers load theirs
    peers = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    election, profile = election_named(sys.argv[1], peers)
    start = time.process_time()
    outcome = count(election, profile, PARAMETERS[sys.argv[2]])
    seconds = time.process_time() - start
    peak = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024
    answer = {
        "seconds": seconds,
        "winners": list(outcome.winners),
        "steps": outcome.numbers["steps"],
        "peak": peak,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
