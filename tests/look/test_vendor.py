"""What others wrote and we serve: named, licensed, and exactly what was read and approved."""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]


def test_each_file_is_the_one_that_was_approved():
    for entry in MANIFEST:
        content = (VENDOR / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]


def test_nothing_else_came_in():
    ours = {"manifest.json", "refresh.py"}

    there = {file.name for file in VENDOR.iterdir() if file.is_file()}

    assert there - ours == {entry["file"] for entry in MANIFEST}


def test_each_entry_names_its_version_licence_and_source():
    wanted = {"file", "name", "version", "licence", "source", "member", "sha256"}

    assert all(set(entry) == wanted and all(entry.values()) for entry in MANIFEST)
    assert all(entry["version"] in entry["file"] for entry in MANIFEST)
