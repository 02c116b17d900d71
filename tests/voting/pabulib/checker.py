"""pabulib-checker in a process of its own, as anyone would run it on our files."""

import json
import subprocess
import sys
from typing import Any

_PROGRAM = """
import contextlib, io, json, sys
from pabulib import Checker
said = io.StringIO()
with contextlib.redirect_stdout(said):
    results = Checker().process_files(json.load(sys.stdin))
json.dump({"results": results, "said": said.getvalue()}, sys.stdout, default=str)
"""


def errors_of(texts: list[str]) -> list[dict[str, Any]]:
    """For each file, the errors that the checker found ({} when it accepts the file)."""
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, f"pabulib-checker did not run; pip install it: {ran.stderr[-400:]}"
    told = json.loads(ran.stdout)["results"]
    assert told["metadata"]["processed"] == len(texts)
    return [told[str(number)]["results"]["errors"] for number in range(1, len(texts) + 1)]
