"""What can be listened to: recordings of a project, or else its words for the device's own voice."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.recordings import Recording, in_order_for
from pacto_participe.voting.wording.listening import language_name, read_aloud
from pacto_participe.web import formats, i18n

Addresses = Callable[
    [CharterProject, Recording | None], str
]  # of a recording, or of a project's page


@dataclass(frozen=True, slots=True)
class Heard:
    """A button *Listen*. `href` and `sound` are of a recording, "" where there is none.

    `say` is what the device's own voice reads, in the language `lang`.
    """

    href: str
    sound: str
    say: str
    lang: str


@dataclass(frozen=True, slots=True)
class RecordingShown:
    """One recording on the page of its project, in words; `length` is empty when nobody knows it."""

    language: str
    address: str
    media_type: str
    size: str
    length: str


def heard_of(
    charter: Charter, projects: Iterable[CharterProject], address: Addresses
) -> Mapping[int, Heard]:
    """The button of each project, by its number. Votes of elsewhere are not read aloud."""
    return {project.number: _heard(charter, project, address) for project in projects}


def recorded_of(
    charter: Charter, projects: Iterable[CharterProject], address: Addresses
) -> Mapping[int, Heard]:
    """Only those with recordings, as links without words: the list is light and runs no script."""
    recorded = {one.project for one in charter.recordings}
    return {
        project.number: Heard(f"{address(project, None)}#listen", "", "", "")
        for project in projects
        if project.key in recorded
    }


def _heard(charter: Charter, project: CharterProject, address: Addresses) -> Heard:
    say, lang = ("", "") if charter.source else read_aloud(project)
    recordings = _in_order(charter, project)
    if not recordings:
        return Heard("", "", say, lang)
    page = f"{address(project, None)}#listen"
    return Heard(page, address(project, recordings[0]), say, lang)


def recordings_shown(
    charter: Charter, project: CharterProject, address: Addresses
) -> tuple[RecordingShown, ...]:
    """All that was recorded of a project, in the order of the page's language."""
    return tuple(
        RecordingShown(
            language=language_name(recording.lang),
            address=address(project, recording),
            media_type=recording.media_type,
            size=formats.kilobytes(recording.size),
            length=formats.seconds(recording.seconds) if recording.seconds else "",
        )
        for recording in _in_order(charter, project)
    )


def _in_order(charter: Charter, project: CharterProject) -> tuple[Recording, ...]:
    return in_order_for(i18n.current().code, charter.recordings_of(project))
