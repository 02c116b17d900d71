"""P16: a fresh environment from the locked requirements: packages, megabytes, seconds.

python -m benchmarks.install [--python python3]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.rig.places import ROOT
from benchmarks.rig.race import verdict


def main() -> None:
    """The command of the module's docstring. Packages come from wherever pip is told to look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "env"
        begun = time.perf_counter()
        subprocess.run([options.python, "-m", "venv", environment], check=True)
        python = environment / "bin" / "python"
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--require-hashes", "-r",
             ROOT / "requirements" / "run.txt"],
            check=True,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        listed = subprocess.run(
            [python, "-m", "pip", "list", "--format", "json"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        packages = [
            package["name"]
            for package in json.loads(listed.stdout)
            if package["name"] not in {"pip", "setuptools"}
        ]
        library = next(environment.glob("lib/python*/site-packages"))
        own = {"pip", "setuptools", "_distutils_hack", "pkg_resources"}
        size = sum(
            file.stat().st_size
            for file in library.rglob("*")
            if file.is_file() and file.relative_to(library).parts[0].split("-")[0] not in own
        )
    good = (
        verdict("P16", "packages", len(packages), 45, at_most=True),
        verdict("P16", "MB", size / 1e6, 170, at_most=True),
        verdict("P16", "seconds", seconds, 40, at_most=True),
    )
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
