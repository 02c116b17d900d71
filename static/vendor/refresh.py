"""Fetch again, with npm, what manifest.json names, and refuse anything whose hash differs.

    python static/vendor/refresh.py

To move to a new version: change version, file and sha256 in manifest.json (read what changed
first), run this, and change the name in templates. Exit code 1 when a hash differs.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def fetched(name: str, version: str, member: str) -> bytes:
    """One file of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            found = package.extractfile(member)
            assert found is not None, f"{name} {version} holds no {member}"
            return found.read()


def main() -> int:
    """Write each file whose hash is the one we read and approved."""
    differs = 0
    for entry in json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))["files"]:
        content = fetched(entry["name"], entry["version"], entry["member"])
        digest = hashlib.sha256(content).hexdigest()
        if digest != entry["sha256"]:
            sys.stderr.write(f"{entry['file']}: sha256 is {digest}, not {entry['sha256']}\n")
            differs += 1
            continue
        (HERE / entry["file"]).write_bytes(content)
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
