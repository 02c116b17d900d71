"""Money is whole centimes or an exact fraction, in code and in tables."""

import re

from sqlalchemy import Float, Numeric
from sqlmodel import SQLModel

from pacto_participe.migrations import all_tables
from tests.architecture.sources import annotated, modules

MONEY = re.compile(r"cents|budget|cost|price|amount|money|share|spent|quota", re.IGNORECASE)
FLOAT = re.compile(r"\bfloat(32|64)?\b")
SPLIT = re.compile(r"\b(?:float\d*|Fraction|Decimal|str)\b")
PLACES_ON_EARTH = {"latitude", "longitude", "_place"}  # degrees are measured, not counted
PURE_ROOMS = {"domain", "policies", "events", "kinds"}


def test_nothing_called_money_is_a_float():
    floats = [
        f"{path}:{line} {name}: {annotation}"
        for path, tree in modules()
        for line, name, annotation in annotated(tree)
        if FLOAT.search(annotation) and MONEY.search(name)
    ]

    assert not floats, f"Use whole cents (int, name in _cents) or Fraction: {floats}"


def test_the_domain_of_a_feature_holds_no_float_at_all():
    floats = [
        f"{path}:{line} {name}: {annotation}"
        for path, tree in modules()
        if PURE_ROOMS & set(re.split(r"[/.]", path))
        for line, name, annotation in annotated(tree)
        if FLOAT.search(annotation) and name not in PLACES_ON_EARTH
    ]

    assert not floats, f"Use int or Fraction; show percentages in pages.py: {floats}"


def test_cents_are_never_split():
    wrong = [
        f"{path}:{line} {name}: {annotation}"
        for path, tree in modules()
        for line, name, annotation in annotated(tree)
        if name.endswith("_cents") and SPLIT.search(annotation)
    ]

    assert not wrong, f"A name that ends in _cents is an int: {wrong}"


def test_no_table_has_a_column_that_rounds():
    assert all_tables
    columns = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Float | Numeric) and column.name not in PLACES_ON_EARTH
    ]

    assert not columns, f"NUMERIC passes through floats on SQLite: use whole cents in {columns}"
