"""Keys, kept as files in a directory of their own, outside the database and its backups."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class SecretMissing(Exception):
    """A key that should be there is not."""


class Secrets:
    """Named keys of 32 bytes. Files are readable by the server's user only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: dict[str, bytes] = {}

    def _path(self, name: str) -> Path:
        if not name.replace("-", "").replace(".", "").isalnum():
            raise ValueError(f"not a name of a key: {name!r}")
        return self._directory / f"{name}.key"

    def get(self, name: str) -> bytes:
        """Raises SecretMissing."""
        if name not in self._known:
            try:
                self._known[name] = self._path(name).read_bytes()
            except FileNotFoundError:
                raise SecretMissing(f"no key {name!r} in {self._directory}") from None
        return self._known[name]

    def get_or_make(self, name: str) -> bytes:
        """The key, made at first use. Two processes that make it at once end with the same one."""
        try:
            return self.get(name)
        except SecretMissing:
            self._make(name)
            return self.get(name)

    def _make(self, name: str) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._directory / f".{name}.{secrets.token_hex(6)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._path(name))  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        self._settle()

    def _settle(self) -> None:
        """Have the names in the directory on the disk too: a vote whose key is lost is lost."""
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def exists(self, name: str) -> bool:
        return self._path(name).exists()

    def destroy(self, name: str) -> None:
        """Overwrite the key, then remove it. Nothing happens when it is gone already."""
        self._known.pop(name, None)
        path = self._path(name)
        if path.exists():
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink(missing_ok=True)
            self._settle()

    def forget_destroyed(self) -> None:
        """Let go of keys that another process destroyed: a copy in memory would outlive the file."""
        for name in [name for name in self._known if not self.exists(name)]:
            del self._known[name]
