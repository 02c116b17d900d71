"""The bundled register, and small registers made for one test."""

from functools import cache

from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.domain import Unit
from pacto_participe.collectivities.domain.register import COLUMNS, read_register
from pacto_participe.collectivities.domain.slugs import slugs_for

HEADER = ",".join(COLUMNS)

REGION = "09,region,Souss-Massa,سوس-ماسة,ⵙⵓⵙⵙ-ⵎⴰⵙⵙⴰ,MA,3020431,2024,29.7,-8.1,MA-09"
PROVINCE = "09.541,province,Taroudannt,تارودانت,,09,900000,2024,30.4,-8.9,MA-TAR"
COMMUNE = "09.541.01.01,commune_urban,Oulad Teima,أولاد تايمة,,09.541,98592,2024,,,"


@cache
def national_register() -> tuple[Unit, ...]:
    return read_register(national_lines(), {})


def national_lines() -> list[str]:
    return BUNDLED_REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)


@cache
def national_slugs() -> dict[str, str]:
    units = national_register()
    return slugs_for(units, {unit.collectivity_id: unit for unit in units}, {})


def unit_named(name_fr: str, kind: str) -> Unit:
    return next(
        unit
        for unit in national_register()
        if unit.name_fr == name_fr and unit.type.value.startswith(kind)
    )


def register(*lines: str) -> list[str]:
    """A register with these lines under the header."""
    return [f"{line}\n" for line in (HEADER, *lines)]
