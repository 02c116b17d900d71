"""What voters have left, when the floats are as wrong as they may be."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pacto_participe.voting.rules.equal_shares_money import LARGEST_ERROR, Money
from pacto_participe.voting.rules.equal_shares_support import Support

SHARE = Fraction(100)
WRONG_BY = 2.0**-10  # much more than rounds make it, so that every term of a doubt is needed

voters = st.lists(
    st.tuples(
        st.integers(0, 50).map(lambda tenths: Fraction(tenths, 10)),  # what they have
        st.integers(1, 3),  # how many are like this
        st.integers(1, 3),  # how much they like the option
        st.sampled_from([-1, 1]),  # whether the float says too little or too much
    ),
    min_size=1,
    max_size=12,
)


def money_of(
    town: Sequence[tuple[Fraction, int, int, int]], cost: int, *, towards: int = 0
) -> Money:
    """One option liked by all, and floats that are `WRONG_BY` from the truth but for those with nothing."""
    ones = np.ones(len(town), dtype=np.int64)
    likings = np.array([liking for _, _, liking, _ in town], dtype=np.int64)
    support = Support(
        1,
        ones,
        np.zeros(len(town), dtype=np.int32),
        np.array([many for _, many, _, _ in town], dtype=np.int64),
        None if (likings == 1).all() else likings,
    )
    money = Money(support, (cost,), SHARE)
    money.error = WRONG_BY * (1 + 2.0**-40)
    money.left[:] = [
        max(1e-290, float(has) + (towards or sign) * WRONG_BY) if has else 0.0
        for has, _, _, sign in town
    ]
    return money


def true_price(town: Sequence[tuple[Fraction, int, int, int]], cost: int) -> Fraction:
    """Where what all pay together is the cost. One voter after another, the poorest first."""
    order = sorted(town, key=lambda voter: voter[0] / voter[2])
    given, liking = Fraction(0), sum(many * likes for _, many, likes, _ in town)
    for has, many, likes, _ in order:
        price = (cost - given) / liking
        if has >= price * likes:
            return price
        given += many * has
        liking -= many * likes
    raise AssertionError("nobody could pay")


@given(
    voters | voters.map(lambda town: [(has, many, 1, sign) for has, many, _, sign in town]),
    st.integers(1, 200),
    st.sampled_from([-1, 0, 1]),
)
def test_a_near_payment_is_right_however_wrong_the_floats_are(
    town: list[tuple[Fraction, int, int, int]], cost: int, towards: int
) -> None:
    assume(sum(has * many for has, many, _, _ in town) >= cost)
    money, price = money_of(town, cost, towards=towards), true_price(town, cost)

    payment = money.near_payment(0, money.ratios(0), 0.0)

    if payment is None:
        return
    assert abs(Fraction(payment.about) - price) <= Fraction(payment.doubt)
    assert payment.is_poor.tolist() == [has < price * likes for has, _, likes, _ in town]
    money.pay_nearly(payment)
    for left, (has, _, likes, _) in zip(money.left.tolist(), town, strict=True):
        rest = max(has - price * likes, Fraction(0))
        assert abs(Fraction(left) - rest) <= Fraction(money.error)
        assert (left == 0) == (rest == 0)


@pytest.mark.parametrize(
    ("has", "towards", "serves"),
    [
        ("1.9", 1, True),
        ("1.9985", 1, False),
        ("1.9999", 1, False),
        ("2.0001", -1, False),
        ("2.0035", -1, True),
    ],
)
def test_whoever_stands_near_the_price_is_left_to_whole_numbers(
    has: str, towards: int, serves: bool
) -> None:
    town = [(Fraction(50), 3, 1, 1), (Fraction(has), 1, 1, 1)]
    money = money_of(town, 8, towards=towards)  # the price is near 2

    payment = money.near_payment(0, money.ratios(0), 0.0)

    assert (payment is not None) == serves


def test_floats_that_have_become_too_wrong_serve_no_more() -> None:
    money = money_of([(Fraction(5), 1, 1, 1)], 1)
    money.error = LARGEST_ERROR * float(SHARE)
    assert money.floats_serve

    money.error *= 1.01
    assert not money.floats_serve
