"""Every table is accounted for: it holds nothing about people, or it is said why and how long."""

import re

import pytest

from pacto_participe.app import build_web
from pacto_participe.features import FEATURES, retention_register
from pacto_participe.kernel.retention import Ground
from pacto_participe.migrations import all_tables  # noqa: F401  the whole schema
from pacto_participe.settings import Settings
from pacto_participe.storage.tables import Row
from pacto_participe.web.i18n import speaking
from pacto_participe.web.retention import GROUNDS, BadRetention, read_periods
from tests.architecture.sources import ROOT

KINDS = [kind for feature in FEATURES for kind in feature.kept]


def test_every_table_says_what_it_holds_about_people():
    said = {table for kind in KINDS for table in kind.tables}
    impersonal = {table for feature in FEATURES for table in feature.impersonal}
    tables = set(Row.metadata.tables)

    assert tables <= said | impersonal, (
        "Say in the feature's manifest why and how long (kept=, see accounts/services/retention.py), "
        f"or that nobody is in it (impersonal=): {tables - said - impersonal}"
    )
    assert said | impersonal <= tables, f"No such table: {(said | impersonal) - tables}"
    assert not said & impersonal, f"One or the other: {said & impersonal}"


def test_every_kind_has_a_name_of_its_own_and_a_period_inside_its_bounds():
    names = [kind.name for kind in KINDS]

    assert len(set(names)) == len(names)
    for kind in KINDS:
        assert re.fullmatch(r"[a-z][a-z-]+", kind.name)
        assert ("%(period)s" in kind.until) == bool(kind.period), kind.name
        assert bool(kind.forget or kind.forget_files) or not kind.period, kind.name
        if kind.is_settable:
            assert kind.least <= kind.period <= kind.most, kind.name


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_each_kind_can_be_shown_to_those_it_is_about(language):
    register = retention_register("")

    with speaking(language):
        shown = register.shown()

    assert set(GROUNDS) == set(Ground)
    assert len(shown) == len(KINDS)
    for line, kind in zip(shown, KINDS, strict=True):
        assert all((line.what, line.why, line.until, line.ground))
        assert "%(" not in line.until
        if language != "en":
            assert line.what != kind.what


def test_the_page_for_operators_names_every_kind_and_its_period():
    page = (ROOT / "docs/retention.md").read_text(encoding="utf-8")

    for kind in KINDS:
        days = f"{kind.period.days} d" if kind.period.days else ""
        bounds = f"{kind.least.days} to {kind.most.days}" if kind.is_settable else "fixed"
        line = next(line for line in page.splitlines() if line.startswith(f"| `{kind.name}` |"))
        assert days in line, line
        assert bounds in line, line


def test_an_installation_chooses_periods_within_bounds():
    register = retention_register("slips=60, residents-list = 365")

    periods = {kind.name: register.period(kind).days for kind in register.kinds}

    assert periods["slips"] == 60
    assert periods["residents-list"] == 365
    assert periods["invitations"] == 30


@pytest.mark.parametrize(
    "chosen", ["slips", "slips=", "slips=x", "slips=-1", "slips=366", "ballots=1", "nothing=3"]
)
def test_what_cannot_be_chosen_is_refused_at_start(chosen, tmp_path):
    with pytest.raises(BadRetention, match="PACTO_RETENTION"):
        build_web(Settings(mode="test", data_dir=tmp_path, retention=chosen))


def test_no_period_is_chosen_without_an_answer():
    assert read_periods("") == {}
