import hashlib

import pytest

from pacto_participe.kernel.registry import UnknownName
from pacto_participe.voting.rules.ties import TIE_ORDERS, TieBreaker, lot_number
from tests.voting.elections import election


def test_the_lot_is_sha_256_of_seed_and_project_so_that_anyone_can_redo_it():
    expected = hashlib.sha256("دراو 42".encode() + b"7").hexdigest()

    assert f"{lot_number('دراو 42', '7'):064x}" == expected


def test_the_smallest_lot_comes_first():
    asked = election(10, a=1, b=1, c=1)
    breaker = TieBreaker(asked, (1, 1, 1), ("lot",), "seed")

    drawn = sorted(range(3), key=breaker.key)

    by_hand = sorted("abc", key=lambda name: hashlib.sha256(f"seed{name}".encode()).digest())
    assert "".join("abc"[index] for index in drawn) == "".join(by_hand)


def test_orders_are_used_from_the_first_on():
    asked = election(10, a=2, b=1, c=1)
    breaker = TieBreaker(asked, (5, 5, 6), ("lower-cost", "more-votes"), None)

    assert sorted(range(3), key=breaker.key) == [2, 1, 0]
    assert breaker.decided_by(1, 0) == "lower-cost"
    assert breaker.decided_by(2, 1) == "more-votes"


def test_official_order_settles_what_the_list_leaves_equal():
    asked = election(10, a=1, b=1)
    breaker = TieBreaker(asked, (1, 1), ("lower-cost",), None)

    assert sorted(range(2), key=breaker.key) == [0, 1]
    assert breaker.decided_by(0, 1) == "official-order"


def test_a_lot_that_is_not_known_is_still_what_would_decide():
    asked = election(10, a=1, b=1)
    breaker = TieBreaker(asked, (1, 1), ("lower-cost", "lot"), None)

    assert breaker.decided_by(0, 1) == "lot"


def test_an_unknown_tie_order_lists_the_known_ones():
    with pytest.raises(UnknownName, match="lower-cost"):
        TieBreaker(election(1, a=1), (0,), ("oldest-first",), None)


def test_four_orders_are_registered():
    assert TIE_ORDERS.names == ("lower-cost", "more-votes", "official-order", "lot")
