"""The components: one macro a file, with its parameters said on top, and right on their own."""

import re
from pathlib import Path

import pytest

from pacto_participe.web import i18n
from pacto_participe.web.static_files import FingerprintedFiles, top_level
from pacto_participe.web.templating import Templates

COMPONENTS = Path(__file__).parents[2] / "templates" / "components"
FILES = sorted(COMPONENTS.glob("*.html"))


@pytest.fixture(scope="module")
def templates() -> Templates:
    static = FingerprintedFiles(top_level("static"))
    return Templates(top_level("templates"), url=lambda name, **_: f"/{name}", static=static.url)


@pytest.fixture
def drawn(templates):
    """Draw one component in English."""

    def draw(call: str) -> str:
        name = re.match(r"\w+", call)[0]
        source = f'{{% from "components/{name}.html" import {name} %}}{{{{ {call} }}}}'
        with i18n.speaking("en"):
            return templates.environment.from_string(source).render()

    return draw


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_holds_one_macro_of_its_name_and_says_its_parameters(file):
    text = file.read_text(encoding="utf-8")
    macros = re.findall(r"{%-? macro (\w+)\((.*?)\) -?%}", text, re.DOTALL)

    assert [name for name, _ in macros] == [file.stem]
    assert text.startswith("{#")
    said = text[: text.index("#}")]
    parameters = re.findall(r"(\w+)(?==|,|$)", re.sub(r"=\"[^\"]*\"|=\(\)|=\{\}", "", macros[0][1]))
    missing = [name for name in parameters if name not in said and not name[0].isupper()]
    assert not missing, f"say in the first comment what {missing} mean"


def test_a_band_draws_shares_as_widths_without_an_inline_style(drawn):
    html = drawn('band([(2, 22.5), (1, 14)], "1 120 000 of 2 000 000 DH")')

    assert re.findall(r'class="w(\d)" width="([\d.]+)%"', html) == [("2", "22.50"), ("1", "14.00")]
    assert 'role="img" aria-label="1 120 000 of 2 000 000 DH"' in html
    assert "style=" not in html


def test_the_vote_control_is_a_checkbox_named_by_its_words_and_the_title(drawn):
    html = drawn("pick(4, chosen=True, cost_cents=45000000)")

    assert '<input type="checkbox" name="p" value="4" data-cost="45000000"' in html
    assert 'aria-labelledby="a-4 t-4" checked>' in html


def test_a_project_that_does_not_fit_says_how_much_is_missing_and_stays_usable(drawn):
    html = drawn('proj(7, "Souk", "Centre", 90000000, 200000000, "p-souk", short_cents=2000000)')

    assert 'class="proj over swaps"' in html
    assert "<b>20,000\u00a0DH</b> over what is left" in html
    assert "disabled" not in html


def test_a_chosen_project_is_never_shown_as_too_expensive(drawn):
    html = drawn(
        'proj(7, "Souk", "", 90000000, 200000000, "p-souk", chosen=True, short_cents=2000000)'
    )

    assert 'class="proj chosen"' in html


def test_in_the_ballot_form_a_title_is_a_button_that_keeps_what_is_ticked(drawn):
    html = drawn('proj(7, "Souk", "Centre", 90000000, 200000000, "p-souk", looks=True)')

    assert '<button type="submit" role="link" name="look" value="7">Souk</button>' in html
    assert "<a " not in html


def test_filters_are_buttons_and_what_is_more_than_a_line_unfolds(drawn):
    html = drawn(
        'filters([("All", "show", "", False, ""), ("Mine", "show", "Centre", True, "Centre"),'
        ' ("By type", "", [("Light", "type", "p-light", False, "")], False, "sort")], "Show")'
    )

    assert 'role="group" aria-label="Show"' in html
    assert (
        'name="show" value="Centre" aria-current="true">Mine<span class="vh"> Centre</span>' in html
    )
    assert re.search(r'<summary class="chip"><svg.*By type</span></summary>', html)
    assert '<button type="submit" class="chip" name="type" value="p-light">Light</button>' in html


def test_the_tally_says_what_is_left_and_draws_what_is_chosen(drawn):
    html = drawn(
        'tally("money", [(4, 45000000, True, "p-light"), (7, 90000000, False, "p-souk")],'
        ' 200000000, status="saved")'
    )

    assert "1,550,000\u00a0DH" in html
    assert re.findall(r'data-p="(\d)" width="([\d.]+)%"', html) == [("4", "22.50"), ("7", "0")]
    assert "Review (1)" in html
    assert "Saved, not counted yet" in html


def test_the_tally_of_an_approval_ballot_counts_choices(drawn):
    html = drawn(
        'tally("choices", [(4, 45000000, True, "p-light"), (7, 90000000, True, "p-souk")],'
        " 200000000, most=5)"
    )

    assert ">3 choices</b>" in html
    assert html.count('<li class="on">') == 2
    assert html.count("<li></li>") == 3
    assert 'data-texts="0 choices|1 choice|2 choices|3 choices|4 choices|5 choices"' in html


def test_choosing_one_project_leaves_none(drawn):
    html = drawn('tally("choices", [(4, 45000000, True, "p-light")], 200000000, most=1)')

    assert ">0 choices</b>" in html


def test_points_are_counted_from_what_each_project_got(drawn):
    html = drawn(
        'tally("points", [(4, 0, 3, "p-light"), (7, 0, 4, "p-souk")], 200000000, points=10)'
    )

    assert ">3 points</b>" in html
    assert "Review (2)" in html


@pytest.mark.parametrize(("kind", "words"), [
    ("none", "Nothing chosen yet"), ("saved", "Saved, not counted yet"),
    ("counted", "Your vote is counted"), ("closed", "Voting is closed"),
])  # fmt: skip
def test_the_status_of_a_vote_has_one_vocabulary(drawn, kind, words):
    assert f">{words}</p>" in drawn(f'state("{kind}")')


def test_a_field_ties_its_hint_error_and_limit_to_the_input(drawn):
    html = drawn('field("title", "Title", "<b>", "Write a title.", "A few words", most=60)')

    assert 'aria-describedby="title-hint title-most title-problem"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="&lt;b&gt;"' in html
    assert '<label for="title">Title</label>' in html
    assert "60 letters at most" in html


def test_the_error_summary_links_to_the_fields_and_is_absent_without_errors(drawn):
    html = drawn('errors([("title", "Write a title."), ("", "Try again.")])')

    assert '<a href="#title">Write a title.</a>' in html
    assert "2 things to correct" in html
    assert drawn("errors([])").strip() == ""


def test_the_radios_of_a_question_share_a_legend_and_keep_the_answer(drawn):
    html = drawn('choices("who", "Who?", [("a", "A slip", "8 letters"), ("b", "ID", "")], "b")')

    assert "<legend>Who?</legend>" in html
    assert re.search(r'value="b" checked', html)
    assert 'id="who"' in html, "the error summary links to the first one"


def test_words_that_people_typed_are_escaped(drawn):
    html = drawn("""row("<script>", "#", text="<img>")""")

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_share_holds_its_text_in_the_link_and_nothing_is_fetched_from_there(drawn):
    html = drawn('share("I voted & you?")')

    assert 'href="https://wa.me/?text=I%20voted%20%26%20you%3F"' in html
    assert "src=" not in html
