"""The recordings that the file of a vote names: found beside it, read and checked."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pacto_participe.voting.recordings import (
    LANGUAGES,
    LARGEST_FILE,
    MOST_OF_A_PROJECT,
    MOST_OF_A_VOTE,
    Recording,
    sound_of,
)
from pacto_participe.voting.services.vote_file_slips import place


class RecordingsBeside:
    """Collects what is named, project by project: recordings, their bytes, and what is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.recordings: list[Recording] = []
        self.contents: dict[str, bytes] = {}
        self.wrong: list[str] = []

    def read(self, position: int, project: str, named: Mapping[str, str]) -> None:
        """The recordings of one project, by language."""
        before = len(self.recordings)
        if len(named) > MOST_OF_A_PROJECT:
            where = place("projects", position, "listen")
            self.wrong.append(f"{where}: has more than {MOST_OF_A_PROJECT} recordings")
            return
        for lang, name in named.items():
            slip = self._read(project, lang, name)
            if slip:
                self.wrong.append(f"{place('projects', position, 'listen', lang)}: {slip}")
        if before <= MOST_OF_A_VOTE < len(self.recordings):
            self.wrong.append(f"projects: have more than {MOST_OF_A_VOTE} recordings together")

    def _read(self, project: str, lang: str, name: str) -> str:
        """What is wrong with one of them, "" when nothing is."""
        if lang not in LANGUAGES:
            return f"is none of {', '.join(LANGUAGES)}"
        try:
            file = (self.folder / name).resolve()
            if not file.is_relative_to(self.folder):
                return f"{name!r} does not lie beside this file"
            if not file.is_file():
                return f"there is no file {name!r} beside this one"
            if (size := file.stat().st_size) > LARGEST_FILE:
                return f"{name!r} has {size} bytes, more than {LARGEST_FILE}"
            content = file.read_bytes()
        except (OSError, ValueError):  # no right to read it, or no name of a file at all
            return f"{name!r} cannot be read"
        sound = sound_of(content)
        if sound is None:
            return f"{name!r} is no whole recording in Ogg Opus, MP3 or M4A"
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        self.recordings.append(
            Recording(project, lang, sha256, sound.media_type, len(content), sound.seconds)
        )
        return ""
