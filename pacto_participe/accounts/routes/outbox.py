"""What the demonstration wrote instead of sending it."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.pages import MessageShown, OutboxPage
from pacto_participe.kernel.errors import NotFound
from pacto_participe.web.context import web_of
from pacto_participe.web.guards import anyone
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get
from pacto_participe.web.senders import outbox_of, written_messages


async def show_outbox(request: Request) -> Response:
    """The newest messages, in the demonstration only: anywhere else they are somebody's."""
    settings = web_of(request).settings
    if not settings.is_demo:
        raise NotFound
    messages = tuple(
        MessageShown(found.at, found.way, found.to, found.subject, found.text)
        for found in written_messages(outbox_of(settings))
    )
    return show(request, OutboxPage(messages))


ROUTES = (get("/demo/outbox", show_outbox, name="accounts:outbox", may=anyone),)
