"""P16: a fresh environment from the locked requirements: packages, megabytes, seconds.

Installed as `run` does it: Python compiles what it uses when it is first used. What everything compiled
would weigh is said beside it.

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

OWN = {"pip", "setuptools", "_distutils_hack", "pkg_resources"}


def bytes_of(library: Path) -> int:
    """All files but those of pip itself."""
    return sum(
        file.stat().st_size
        for file in library.rglob("*")
        if file.is_file() and file.relative_to(library).parts[0].split("-")[0] not in OWN
    )


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
            [python, "-m", "pip", "install", "-q", "--no-compile", "--only-binary", ":all:",
             "--require-hashes", "-r", ROOT / "requirements" / "run.txt"],
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
        size = bytes_of(library)
        subprocess.run([python, "-m", "compileall", "-q", library], check=False)
        print(f"compiled whole: {(bytes_of(library) - size) / 1e6:.0f} MB more")
    good = (
        verdict("P16", "packages", len(packages), 45, at_most=True),
        verdict("P16", "MB", size / 1e6, 170, at_most=True),
        verdict("P16", "seconds", seconds, 40, at_most=True),
    )
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
