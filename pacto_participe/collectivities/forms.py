"""The shape of what people type into the search box."""

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError
from starlette.requests import Request

from pacto_participe.kernel.errors import NotFound
from pacto_participe.web.forms import FormModel

LONGEST_QUERY = 80
LAST_PAGE = 999


def _shortened(text: str) -> str:
    return text[:LONGEST_QUERY]


class PlaceSearch(FormModel):
    """A name in any of its spellings, and the page of results that is asked for."""

    q: Annotated[str, BeforeValidator(_shortened)] = ""
    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1


def read_search(request: Request) -> PlaceSearch:
    """From the address. A page that cannot be is NotFound."""
    try:
        return PlaceSearch.model_validate(dict(request.query_params))
    except ValidationError:
        raise NotFound from None
