"""Where things lie: what we make, and the raw limits that we are measured against.

PACTO_BENCH         the folder with the prototypes of the limits (vote.py, pairs.py ...),
                    by default ../shared/bench beside the repository
PACTO_BENCH_PYTHON  an interpreter whose environment has what they need:
                    starlette uvicorn uvloop httptools jinja2 asyncpg brotli zstandard
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "var" / "benchmarks"
LUA = Path(__file__).parent
LIMITS = Path(os.environ.get("PACTO_BENCH", ROOT.parent / "shared" / "bench")).resolve()
LIMITS_PYTHON = os.environ.get("PACTO_BENCH_PYTHON", sys.executable)
VOTERS = int(os.environ.get("PACTO_BENCH_VOTERS", "100000"))


def require(*programs: str) -> None:
    """Leave with a sentence when something that a measurement needs is not here."""
    if not (LIMITS / "pairs.py").is_file():
        sys.exit(f"no limits in {LIMITS}: set PACTO_BENCH to the folder that holds pairs.py")
    for program in programs:
        if shutil.which(program) is None:
            sys.exit(
                f"{program} was not found: install it first (Debian: apt-get install {program})"
            )
