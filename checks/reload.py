"""`python3 run dev`: serve the demonstration's data, and start anew at each change of what is read."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var/dev"  # kept from one start to the next; remove it to begin anew
WATCHED = (
    ("pacto_participe", "*.py"),
    ("pacto_participe/locale", "*.po"),
    ("templates", "*"),
    ("static", "*"),
)
SECONDS_BETWEEN_LOOKS = 0.5
COMMAND_LINE = (sys.executable, "-m", "pacto_participe")


def watched_files() -> Iterator[Path]:
    for folder, pattern in WATCHED:
        yield from (file for file in (ROOT / folder).rglob(pattern) if file.is_file())


def newest_change() -> tuple[int, float]:
    """Changes whenever a file is written, added or removed."""
    times = [file.stat().st_mtime for file in watched_files()]
    return len(times), max(times)


def make_data() -> None:
    """The demonstration's data, once. What is half made is removed."""
    if DATA.exists():
        return
    done = subprocess.run([*COMMAND_LINE, "demo", "--only-data", "--data", DATA], check=False)
    if done.returncode != 0:
        shutil.rmtree(DATA, ignore_errors=True)
        sys.exit(done.returncode)


def serve_until_changed(words: list[str], environment: dict[str, str]) -> None:
    """Migrate, serve, and stop at the next change. A server that fell over waits for one."""
    seen = newest_change()
    subprocess.run([*COMMAND_LINE, "migrate"], env=environment, check=False)
    server = subprocess.Popen([*COMMAND_LINE, "serve", *words], env=environment)
    try:
        while newest_change() == seen:
            time.sleep(SECONDS_BETWEEN_LOOKS)
    finally:
        server.terminate()
        server.wait()


def main(words: list[str]) -> None:
    make_data()
    environment = {**os.environ, "PACTO_MODE": "demo", "PACTO_DATA_DIR": str(DATA)}
    print(f"Serving {DATA.relative_to(ROOT)}; a change of code, template or catalogue starts anew.")
    try:
        while True:
            serve_until_changed(words, environment)
            print("Something changed: starting anew.", flush=True)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
