"""The shape of what people type into the search box, and of what administrators say of their town."""

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError
from starlette.requests import Request

from pacto_participe.collectivities.domain.town_settings import LONGEST, TownSettings
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


_NAME = Field(default="", max_length=100)
_TEXT = Field(default="", max_length=LONGEST)


class SettingsForm(FormModel):
    """The settings of a collectivity, and the version that was on the page."""

    version: int = Field(ge=0, le=2**31 - 2)
    name_ar: str = _NAME
    name_fr: str = _NAME
    tagline_ar: str = _NAME
    tagline_fr: str = _NAME
    mark: str = Field(default="mark", max_length=40)
    language: str = Field(default="ar", max_length=2)
    phone: str = Field(default="", max_length=30)
    email: str = Field(default="", max_length=254)
    address_ar: str = _TEXT
    address_fr: str = _TEXT
    hours_ar: str = _TEXT
    hours_fr: str = _TEXT
    controller_ar: str = _TEXT
    controller_fr: str = _TEXT
    controller_address: str = _TEXT
    cndp_number: str = Field(default="", max_length=60)

    @property
    def settings(self) -> TownSettings:
        return TownSettings(**self.model_dump())
