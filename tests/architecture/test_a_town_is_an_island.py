"""`collectivity_id` leads every key of a town's tables, so that towns can be spread over machines.

A table is a town's when it has that column. It is the rule of hash partitioning: a key that starts
with the town can be looked up on the machine of the town.
"""

from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint
from sqlmodel import SQLModel

from pacto_participe.migrations import all_tables

TOWN = "collectivity_id"
SHARED = {"collectivity"}  # the registry of towns itself: a small table, copied everywhere
ACROSS_TOWNS = {
    "ix_receipt_code": "the short link of a receipt, /v/K7Q4-M2XD, names no town",
    "ix_job_due_at": "the worker takes the oldest job of any town; the queue is one",
    "ix_membership_person_id": "each request of staff asks which roles a person has, in any town",
    "ix_residence_person_id": "a person sees and erases what every town holds about them",
    "ix_invitation_value": "whoever signs in sees every town's invitations to that contact",
    "ix_resident_case_person_id": "a person sees and erases what they asked, in any town",
    "ix_activation_slip_code": "who types a slip of another town is told that it is another town's",
    "ix_batch_code_code": "who types the code of a letter of another town is told the same",
}
TABLES = {table.name: table for table in SQLModel.metadata.tables.values()}


def is_of_a_town(table: Table) -> bool:
    return TOWN in table.columns and table.name not in SHARED


def starts_with_town(columns: Iterable[Column]) -> bool:
    return next(iter(columns)).name == TOWN


def keys_of(table: Table) -> Iterator[tuple[str, Iterable[Column]]]:
    """Name and columns of each key, constraint and index that must lead with the town."""
    yield f"primary key of {table.name}", table.primary_key.columns
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield f"unique {constraint.name} of {table.name}", constraint.columns
        if isinstance(constraint, ForeignKeyConstraint) and is_of_a_town(constraint.referred_table):
            yield f"foreign key {constraint.name} of {table.name}", constraint.columns
    for index in table.indexes:
        if index.name not in ACROSS_TOWNS:
            yield f"index {index.name} of {table.name}", index.columns


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_key_of_a_towns_table_starts_with_the_town(name):
    assert all_tables
    table = TABLES[name]

    wrong = [
        key for key, columns in keys_of(table)
        if is_of_a_town(table) and not starts_with_town(columns)
    ]  # fmt: skip

    assert not wrong, f"Put {TOWN} first in: {wrong}"


def test_a_key_that_does_not_start_with_the_town_is_found():
    lonely = Table(
        "lonely", SQLModel.metadata.__class__(),
        Column("lonely_id", primary_key=True), Column(TOWN, primary_key=True),
    )  # fmt: skip

    wrong = [key for key, columns in keys_of(lonely) if not starts_with_town(columns)]

    assert wrong == ["primary key of lonely"]


def test_every_exception_still_exists():
    there = {index.name for table in TABLES.values() for index in table.indexes}

    assert set(ACROSS_TOWNS) <= there, "Remove the exceptions that no index needs any more"
