"""Keys outside the database: made once, and gone for good when destroyed."""

import os
from pathlib import Path

import pytest

from pacto_participe.storage.secrets import SecretMissing, Secrets


def test_a_key_is_made_once_and_read_by_the_server_alone(tmp_path: Path) -> None:
    key = Secrets(tmp_path).get_or_make("vote-1")

    assert Secrets(tmp_path).get_or_make("vote-1") == key
    assert (tmp_path / "vote-1.key").stat().st_mode & 0o777 == 0o600


def test_a_destroyed_key_is_overwritten_before_its_name_goes(tmp_path: Path) -> None:
    """Whoever still holds the file, or reads the disk beneath it, finds another key."""
    secrets = Secrets(tmp_path)
    key = secrets.get_or_make("vote-1")
    os.link(tmp_path / "vote-1.key", tmp_path / "held")

    secrets.destroy("vote-1")

    assert (tmp_path / "held").read_bytes() != key
    with pytest.raises(SecretMissing):
        secrets.get("vote-1")
    secrets.destroy("vote-1")  # nothing happens the second time
