"""Recordings of projects, each at an address of its own that changes with its content."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting import queries
from pacto_participe.voting.routes.parts import BASE, edition_of
from pacto_participe.web.context import web_of
from pacto_participe.web.guards import public
from pacto_participe.web.ranges import file_in_parts
from pacto_participe.web.routing import get


async def send_recording(request: Request) -> Response:
    """One recording, as its fingerprint in the charter says. Two quick statements."""
    charter = (await edition_of(request)).charter
    project = charter.by_number.get(request.path_params["number"])
    named = charter.recordings_of(project) if project else ()
    wanted = request.path_params["recording"]
    recording = next((one for one in named if one.name == wanted), None)
    if recording is None:
        raise NotFound
    content = await queries.recorded_sound(
        web_of(request).database, charter.collectivity_id, charter.edition, recording.sha256
    )
    if content is None:
        raise NotFound
    return file_in_parts(
        request, content, media_type=recording.media_type, tag=f'"{recording.sha256}"'
    )


ROUTES = (
    get(
        f"{BASE}/projects/{{number:int}}/recordings/{{recording}}",
        send_recording,
        name="voting:recording",
        may=public,
    ),
)
