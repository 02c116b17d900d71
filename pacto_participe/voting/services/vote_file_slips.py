"""What is wrong in the file of a vote, in sentences: where it is found, and what to write there."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

# By the name that pydantic gives to what is wrong.
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; perhaps a slip of the pen",
    "string_type": 'must be words in quotes, such as "2030"',
    "string_too_short": "is empty",
    "string_too_long": "has more than {max_length} letters",
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "datetime_type": "must be a day and an hour, such as 2030-03-18T08:00:00, without quotes",
    "date_type": "must be a day, such as 2030-01-01, without quotes",
    "list_type": "must be a list, each item under its own [[...]]",
    "model_type": 'must be in braces, such as {{ ar = "...", fr = "..." }}',
    "dict_type": "must be in braces, such as {example}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "too_short": "needs one item at least",
    "too_long": "has more than {max_length} items",
}
_EXAMPLES = {"listen": '{ ary = "sound/1-darija.ogg" }'}
_AMOUNT = "must be an amount in dirhams, such as 450_000 or 240_000.50, without quotes"
_AMOUNTS = ("budget", "cost")
_SAID_OF_AMOUNTS = ("missing", "greater_than", "less_than_equal")
_LISTS = {"projects": "project", "stages": "stage"}
# Where the file says what a field of the charter holds; the others have the same name there.
_PLACES = {
    "opens_at": "opens",
    "closes_at": "closes",
    "minimum_age": "voters.minimum_age",
    "age_on": "voters.age_on",
    "limits": "ballot.limits",
    "rule": "count",
}
_TRIED = ("int", "decimal", "bool", "[key]")  # what follows a place: the type that was tried


def lines_of(error: ValidationError) -> Iterator[str]:
    """One line for a place, though what is written there may be of two types and is neither."""
    said: dict[str, str] = {}
    for one in error.errors():
        parts = [part for part in one["loc"] if part not in _TRIED]
        said.setdefault(place(*parts), _sentence(str(parts[-1]), one))
    return (f"{where}: {sentence}" for where, sentence in said.items())


def _sentence(part: str, wrong: Any) -> str:
    if part in _AMOUNTS and wrong["type"] not in _SAID_OF_AMOUNTS:
        return _AMOUNT
    plain = wrong["msg"].removeprefix("Value error, ")
    sentence = _SENTENCES.get(wrong["type"])
    example = _EXAMPLES.get(part, "{ min = 1, max = 2 }")
    return sentence.format(example=example, **wrong.get("ctx", {})) if sentence else plain


def place_of(field: str) -> str:
    """Where the file says what a field of the charter holds."""
    return _PLACES.get(field, field)


def place(*parts: str | int) -> str:
    """A place as one finds it in the file: `project 2 in the file, title.fr`."""
    if len(parts) > 1 and parts[0] in _LISTS and isinstance(parts[1], int):
        name, position, *inside = parts
        item = f"{_LISTS[str(name)]} {int(position) + 1} in the file"
        return ", ".join([item, *([".".join(map(str, inside))] if inside else [])])
    return ".".join(map(str, parts))
