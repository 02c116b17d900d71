"""Reading forms: the shape of what people typed, by pydantic models.

`read_form` gives a value or problems by field; the page is shown again with what was typed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from pacto_participe.kernel.errors import Problem

LARGEST_FORM_BYTES = 64 * 1024
MOST_FIELDS = 500
FIELDS = "pacto.fields"


class FormProblem(StrEnum):
    """What can be wrong with the shape of a field."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


class FormModel(BaseModel):
    """The base of all forms: unknown fields are ignored, spaces at the ends are cut.

    The title of a field is its label on the page, so that the list of what to mend can name it.
    What reads a form is built when the first one comes in, not at the start.
    """

    model_config = ConfigDict(
        extra="ignore", str_strip_whitespace=True, frozen=True, defer_build=True
    )


FormT = TypeVar("FormT", bound=FormModel)


@dataclass(frozen=True, slots=True)
class Typed(Generic[FormT]):
    """What was typed: the value when its shape is right, else the problems; always the raw text."""

    value: FormT | None
    problems: tuple[Problem, ...] = ()
    raw: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value typed in a field, to show it again."""
        return self.raw.get(name, [""])[0]


async def read_fields(request: Request) -> dict[str, list[str]]:
    """The fields of an urlencoded form, in order. Bigger forms are refused by the server (413)."""
    fields: dict[str, list[str]] | None = request.scope.get(FIELDS)
    if fields is None:
        fields = request.scope[FIELDS] = {}
        body = (await _body(request)).decode("utf-8", "replace")
        if "%00" in body or "\0" in body:  # no text of ours holds a zero; PostgreSQL fails on one
            body = body.replace("%00", "").replace("\0", "")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise HTTPException(413) from None
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
    return fields


async def _body(request: Request) -> bytes:
    """What Request.body() gives, without its generators: a form mostly comes in one message."""
    chunks = []
    is_more = True
    while is_more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        is_more = message.get("more_body", False)
    return b"".join(chunks)


async def read_form(request: Request, model: type[FormT]) -> Typed[FormT]:
    """Read and check the shape of a form. List fields take every value, others the first."""
    raw = await read_fields(request)
    values = {
        name: raw[name] if get_origin(info.annotation) in (list, tuple) else raw[name][0]
        for name, info in model.model_fields.items()
        if name in raw
    }
    try:
        return Typed(model.model_validate(values), raw=raw)
    except ValidationError as error:
        return Typed(None, problems_of(error, model), raw)


def problems_of(error: ValidationError, model: type[FormModel]) -> tuple[Problem, ...]:
    """Pydantic's findings as our problems, one per field."""
    problems = []
    for finding in error.errors():
        kind = finding["type"]
        code = FormProblem.UNREADABLE
        if kind == "missing" or kind == "string_too_short":
            code = FormProblem.MISSING
        elif kind == "string_too_long":
            code = FormProblem.TOO_LONG
        values = {"most": finding.get("ctx", {}).get("max_length", 0)}
        place = str(finding["loc"][0])
        label = model.model_fields[place].title if place in model.model_fields else None
        problems.append(Problem(code, place, values, label or ""))
    return tuple(problems)
