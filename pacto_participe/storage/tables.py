"""What every table shares: names of constraints, types, and the shared metadata."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, MetaData
from sqlmodel import SQLModel

# Named constraints, the same on both databases, so that migrations can find them again.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class Row(SQLModel):
    """The base of all tables."""

    model_config = {"defer_build": True}  # a table never checks its rows: no checker need be built

    metadata = SQLModel.metadata


def choice_of(kind: type[StrEnum], name: str) -> Enum:
    """A column that holds one value of an enum, guarded by a named CHECK on both databases."""

    def values(members: type[Any]) -> list[str]:
        return [member.value for member in members]

    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name,
        values_callable=values,
    )
