"""Numbers in any writing are one number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.accounts.domain.cards import (
    adult_on,
    birthday,
    read_birth_date,
    read_card_number,
)
from pacto_participe.accounts.domain.contacts import hint_of, read_contact, readable_phone
from pacto_participe.accounts.domain.eligibility import is_of_age, last_adult_day
from pacto_participe.accounts.domain.slips import (
    ALPHABET,
    login_code,
    read_slip,
    shown_slip,
    slip_code,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "typed",
    [
        "BE123456", "be123456", "BE 123456", " b e 1 2 3 4 5 6 ", "BE-123456", "BE–123.456",
        "BE0123456", "BE000123456", "BE١٢٣٤٥٦", "BE۱۲۳۴۵۶", "ＢＥ１２３４５６", "BE/123456", "BE_123456",
        "\u200eBE123456\u200f", "BE\u00a0123456",
    ],
)  # fmt: skip
def test_a_cards_number_is_one_in_any_writing(typed):
    assert read_card_number(typed).text == "BE123456"


@pytest.mark.parametrize(
    "typed",
    ["", "123456", "BE", "ABCD123", "BE123456789", "BE12A456", "É123456", "BE000", "ب123456"],
)
def test_what_cannot_be_a_cards_number_is_none(typed):
    assert read_card_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "is_unusual"),
    [
        ("A1234", False),
        ("BE123456", False),
        ("BE123", True),
        ("ABC12345", True),
        ("B1234567", True),
    ],
)
def test_an_unusual_number_is_accepted_and_looked_at_twice(typed, is_unusual):
    assert read_card_number(typed).is_unusual is is_unusual


def test_a_cards_number_does_not_show_itself_in_logs():
    assert "123456" not in repr(read_card_number("BE123456"))
    assert "123456" not in f"{read_card_number('BE123456')}"


@pytest.mark.parametrize(
    "typed",
    ["12/03/1987", "12-3-1987", "12 03 1987", "12031987", "1987-03-12", "١٢/٠٣/١٩٨٧", "12.03.1987"],
)
def test_a_birth_date_is_one_in_any_writing(typed):
    assert read_birth_date(typed, today=TODAY) == date(1987, 3, 12)


@pytest.mark.parametrize(
    "typed", ["", "31/02/1987", "12/13/1987", "24/11/2026", "12/03/1787", "12/03/87", "hier"]
)
def test_what_is_no_birth_date_is_none(typed):
    assert read_birth_date(typed, today=TODAY) is None


@pytest.mark.parametrize(
    ("born", "kept"),
    [
        (date(2008, 11, 22), None),
        (date(2008, 11, 23), None),
        (date(2008, 11, 24), date(2026, 11, 24)),
        (date(2012, 2, 29), date(2030, 3, 1)),
    ],
)
def test_only_a_minors_18th_birthday_is_kept(born, kept):
    assert adult_on(born, today=TODAY) == kept


@pytest.mark.parametrize(
    ("years", "on", "answer"),
    [
        (18, date(2026, 11, 23), False), (18, date(2026, 11, 24), True),
        (16, date(2024, 11, 23), False), (16, date(2024, 11, 24), True),
    ],
)  # fmt: skip
def test_of_age_to_the_day(years, on, answer):
    assert is_of_age(date(2026, 11, 24), years, on=on) is answer
    assert is_of_age(None, years, on=on) is True


def test_an_age_above_18_cannot_be_told():
    with pytest.raises(ValueError, match="cannot be told"):
        is_of_age(None, 21, on=TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "06 12 34 56 78", "06-12-34-56-78", "06.12.34.56.78", "+212612345678",
        "+212 6 12 34 56 78", "00212612345678", "212612345678", "٠٦١٢٣٤٥٦٧٨", "٠٦ ١٢ ٣٤ ٥٦ ٧٨",
        "+212 (0)6 12 34 56 78", "\u202a0612345678\u202c", "612345678",
    ],
)  # fmt: skip
def test_a_phone_is_one_in_any_writing(typed):
    assert read_contact(typed).value == "+212612345678"


@pytest.mark.parametrize(
    "typed", ["0512345678", "06123456", "+33612345678", "+34612345678", "abc", "", "0912345678"]
)
def test_what_is_no_moroccan_mobile_is_none(typed):
    assert read_contact(typed) is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Fatima@Example.MA", "fatima@example.ma"), (" a.b+c@x.org ", "a.b+c@x.org"),
        ("a@b", None), ("a b@c.ma", None), ("a@b..ma", None), ("a@b.ma\nbcc: x@y.ma", None),
        ("a,b@c.ma", None), ("<a@b.ma>", None), (f"{'a' * 65}@b.ma", None), ("@b.ma", None),
    ],
)  # fmt: skip
def test_an_address_is_read_in_small_letters_or_refused(typed, value):
    found = read_contact(typed)

    assert (found.value if found else None) == value


def test_a_contact_is_hinted_at_and_a_phone_read_aloud():
    assert hint_of(read_contact("0612345678")) == "… 78"
    assert hint_of(read_contact("fatima@example.ma")) == "f…@example.ma"
    assert readable_phone("+212612345678") == "06 12 34 56 78"


@given(st.binary(min_size=32, max_size=32), st.uuids().map(lambda found: found.hex))
def test_a_slip_reads_back_in_any_writing(key, slip_id):
    code = slip_code(key, slip_id)

    assert read_slip(shown_slip(code)) == code
    assert read_slip(shown_slip(code).lower()) == code
    assert read_slip(code.replace("0", "o").replace("1", "I")) == code
    assert set(code) <= set(ALPHABET)


def test_codes_spread_over_all_there_are():
    key = bytes(range(32))

    slips = {slip_code(key, str(number)) for number in range(4_000)}
    codes = [login_code(key, str(number)) for number in range(4_000)]

    assert len(slips) == 4_000
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    for place in range(6):
        assert {code[place] for code in codes} == set("0123456789")


def test_codes_depend_on_the_key():
    assert slip_code(b"a" * 32, "x") != slip_code(b"b" * 32, "x")
    assert login_code(b"a" * 32, "x") != login_code(b"b" * 32, "x")


def test_someone_born_on_the_29th_of_february_is_of_age_on_the_first_of_march():
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 2, 29), 16) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "on",
    [
        date(2026, 11, 30),
        date(2027, 2, 28),
        date(2028, 2, 28),
        date(2028, 2, 29),
        date(2028, 3, 1),
        date(2031, 3, 1),
    ],
)
@pytest.mark.parametrize("years", [0, 14, 15, 16, 17, 18])
def test_a_query_and_a_rule_agree_on_who_is_old_enough(years, on):
    last = last_adult_day(years, on=on)

    for days in range(-400, 400):
        adult_day = last + timedelta(days=days)
        assert is_of_age(adult_day, years, on=on) is (adult_day <= last), adult_day


def test_an_age_that_cannot_be_told_is_not_asked_of_a_query():
    with pytest.raises(ValueError, match="cannot be told"):
        last_adult_day(21, on=TODAY)
