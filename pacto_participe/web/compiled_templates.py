"""Keeps what Jinja makes of the templates, so that a server that starts again need not make it again.

A template costs some 10 milliseconds of the loop when its first visitor comes, while ballots wait.
The folder lies beside the database and the secrets: whoever can write there owns the installation already.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

FOLDER = "templates"
SETTINGS = Path(__file__).with_name("templating.py")  # how the templates are to be read


class CompiledTemplates(FileSystemBytecodeCache):
    """Made anew when the template, Jinja or our settings of it are others. Losing it costs time only."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / FOLDER
        super().__init__(str(folder))
        self._made_by = hashlib.sha256(jinja2.__version__.encode() + SETTINGS.read_bytes())
        with suppress(OSError):  # nobody else may write there: what it holds is run
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)

    def get_source_checksum(self, source: str) -> str:
        """What must be the same for a kept template to serve."""
        digest = self._made_by.copy()
        digest.update(source.encode())
        return digest.hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """A folder that cannot be read is as good as an empty one."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """A full disk, or a folder that is not ours, must not keep a page from being shown."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
