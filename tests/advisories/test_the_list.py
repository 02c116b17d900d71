"""Every advisory of other voting systems that this project was compared with has its test, or a reason."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

DECIDIM = """
cve_2023_47634 cve_2026_44282 cve_2026_45415 cve_2026_45414 cve_2026_45330 cve_2026_45378 cve_2026_45377
cve_2025_65017 cve_2026_45376 cve_2024_43415 cve_2026_40869 cve_2026_40870 cve_2026_45086 cve_2023_36465
cve_2026_45572 cve_2026_23891 cve_2024_45594 cve_2024_41673 cve_2024_39910 cve_2024_32469 cve_2024_32034
cve_2024_27095 cve_2023_51447 cve_2023_34089 cve_2023_32693 cve_2026_45573 cve_2024_27090 cve_2023_34090
cve_2023_48220 cve_2023_47635
"""
# Issues, pull requests and commits by the name of their system, since they have no other number.
HELIOS = "8 34 35 41 98 127 4128c585 e4ce2caf 26823c4d 5b27760d f3a1add3 466d4a60"
BELENIOS = "1_11 1_17 2_5_1 3_1 3_3_0 4_0"
SIV = "69 228 115 181"
OTHERS = "votesecure_6 scytl_2019"

LISTED = (
    *DECIDIM.split(),
    *(f"helios_{name}" for name in HELIOS.split()),
    *(f"belenios_{name}" for name in BELENIOS.split()),
    *(f"siv_{name}" for name in SIV.split()),
    *OTHERS.split(),
)

NO_CRYPTOGRAPHY = "ballots lie unencrypted in a box without names: there is no"
TOUCHES_NOTHING_HERE = {
    "helios_34": f"{NO_CRYPTOGRAPHY} proof of knowledge whose challenge could be weak",
    "helios_35": f"{NO_CRYPTOGRAPHY} part of a sealed ballot to copy into another",
    "belenios_1_17": f"{NO_CRYPTOGRAPHY} group that somebody could choose",
    "belenios_2_5_1": f"{NO_CRYPTOGRAPHY} key that several make together",
    "belenios_3_3_0": f"{NO_CRYPTOGRAPHY} element of a group to check, and no key made of a password",
    "belenios_4_0": f"{NO_CRYPTOGRAPHY} verification key, and nobody who could wait for others' shares",
    "scytl_2019": f"{NO_CRYPTOGRAPHY} shuffle, and no parameter of commitments with a trapdoor",
}


def names() -> list[str]:
    """Of every test."""
    return [
        node.name
        for file in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]


def is_named(advisory: str, name: str) -> bool:
    """helios_26823c4d and 5b27760d: a system is named once in the name of a test of several."""
    system, _, rest = advisory.partition("_")
    words = f"{name}_"
    if f"_{advisory}_" in words:
        return True
    return len(rest) == 8 and f"_{system}_" in words and f"_and_{rest}_" in words


NAMES = names()


@pytest.mark.parametrize("advisory", LISTED)
def test_an_advisory_is_in_the_name_of_a_test_or_told_to_touch_nothing(advisory: str) -> None:
    tests = [name for name in NAMES if is_named(advisory, name)]

    assert bool(tests) is (advisory not in TOUCHES_NOTHING_HERE), tests


def test_each_reason_is_of_an_advisory_on_the_list() -> None:
    assert not set(TOUCHES_NOTHING_HERE) - set(LISTED)
    assert len(set(LISTED)) == len(LISTED)
