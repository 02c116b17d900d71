"""A signed link carries one value, for one purpose of one installation, for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from pacto_participe.storage.secrets import Secrets
from pacto_participe.web import links

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIGN_IN = "pacto/sign-in/1"


@pytest.fixture
def secrets(tmp_path):
    return Secrets(tmp_path / "keys")


def test_a_value_comes_back_unchanged_for_its_purpose(secrets, tmp_path):
    token = links.sign(secrets, SIGN_IN, "a1b2", now=NOON)

    after_a_restart = Secrets(tmp_path / "keys")

    assert links.read(after_a_restart, SIGN_IN, token, max_age=HOUR, now=NOON) == "a1b2"


@pytest.mark.parametrize(
    "other",
    [
        "pacto/sign-in/2",
        "pacto/unsubscribe/1",
        "pacto/sign-in/1/01.051.01.01",
        "pacto/sign-in/",
        "",
    ],
)
def test_a_token_of_one_purpose_is_refused_for_another(secrets, other):
    token = links.sign(secrets, SIGN_IN, "a1b2", now=NOON)
    theirs = links.sign(secrets, other, "a1b2", now=NOON)

    assert links.read(secrets, other, token, max_age=HOUR, now=NOON) is None
    assert links.read(secrets, SIGN_IN, theirs, max_age=HOUR, now=NOON) is None
    assert links.read(secrets, other, theirs, max_age=HOUR, now=NOON) == "a1b2"


def test_a_token_of_another_installation_is_refused(secrets, tmp_path):
    token = links.sign(Secrets(tmp_path / "elsewhere"), SIGN_IN, "a1b2", now=NOON)

    assert links.read(secrets, SIGN_IN, token, max_age=HOUR, now=NOON) is None


def test_a_token_is_over_after_its_time_and_not_yet_before_it(secrets):
    token = links.sign(secrets, SIGN_IN, "a1b2", now=NOON)
    second = timedelta(seconds=1)

    assert links.read(secrets, SIGN_IN, token, max_age=HOUR, now=NOON + HOUR) == "a1b2"
    assert links.read(secrets, SIGN_IN, token, max_age=HOUR, now=NOON + HOUR + second) is None
    assert links.read(secrets, SIGN_IN, token, max_age=HOUR, now=NOON - second) is None


def test_every_changed_letter_is_noticed(secrets):
    token = links.sign(secrets, SIGN_IN, "a1b2", now=NOON)

    # The last letter of the signature holds four bits of it, so that a change there may mean the same.
    for place in range(len(token) - 1):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert links.read(secrets, SIGN_IN, changed, max_age=HOUR, now=NOON) is None, place
    for cut in range(len(token)):
        assert links.read(secrets, SIGN_IN, token[:cut], max_age=HOUR, now=NOON) is None, cut


def test_a_token_stands_in_an_address_as_it_is(secrets):
    token = links.sign(secrets, SIGN_IN, "f" * 32, now=NOON)

    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(token) <= 120
