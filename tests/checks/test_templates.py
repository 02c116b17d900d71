"""The template lint finds what the promises forbid, and lets honest pages pass."""

import pytest

from checks.templates import of_css, of_template


@pytest.mark.parametrize("html", [
    '<p>{{ _("Vote") }}</p>',
    '<a href="{{ url(\'home\') }}" aria-label="{{ _("Home") }}">{{ icon("home") }}</a>',
    '{% trans count=page.count %}One{% pluralize %}{{ count }} votes{% endtrans %}',
    '<script src="{{ static("js/pacto.js") }}" defer></script>',
    '<meta name="viewport" content="width=device-width">',
    "<code>K7Q4-M2XD</code> <b>·</b> 12 %",
    "{# A note to whoever edits this. #}",
    '<bdi dir="ltr">pacto-participe verify <bdi>x</bdi>.zip</bdi>',
    '<{{ tag }} lang="{{ a }}">{{ b }}</{{ tag }}>',
    "{% block paper %}paper-receipt{% endblock %}",
    '<a href="https://example.org/">{{ page.name }}</a>',
])  # fmt: skip
def test_an_honest_template_passes(html):
    assert list(of_template(html)) == []


@pytest.mark.parametrize(("html", "instruction"), [
    ("<p>Vote</p>", "translate with _()"),
    ('<p><bdi dir="ltr">K7Q4</bdi> Vote</p>', "translate with _()"),
    ("<p><bdi>Vote</bdi></p>", "translate with _()"),
    ('<p>{{ "Vote now" }}</p>', "translate with _()"),
    ('<img src="{{ a }}" alt="The town hall">', "translate alt"),
    ('<input placeholder="Your phone">', "translate placeholder"),
    ('<p style="color:red">{{ a }}</p>', "use a class"),
    ("<style>p { color: red }</style>", "static/css"),
    ("<script>alert(1)</script>", "static/js"),
    ('<button onclick="go()">{{ a }}</button>', "the CSP refuses onclick"),
    ('<button hx-on:click="go()">{{ a }}</button>', "the CSP refuses hx-on:click"),
    ('<a href="javascript:go()">{{ a }}</a>', "no code in href"),
    ('<img src="https://example.org/a.png" alt="">', "serve it ourselves"),
    ('<link rel="stylesheet" href="//example.org/a.css">', "serve it ourselves"),
])  # fmt: skip
def test_a_broken_promise_is_an_instruction(html, instruction):
    found = list(of_template(html))

    assert any(instruction in problem for problem in found), found


def test_the_line_is_the_line_of_the_file():
    source = "{# one\ntwo #}\n{% if a %}\n<p>Vote</p>\n{% endif %}"

    assert list(of_template(source)) == ["4: translate with _(): 'Vote'"]


@pytest.mark.parametrize("css", [
    "p { margin-inline-start: 1rem; inset-inline-end: 0; text-align: start }",
    "p { padding: 1rem 2rem 3rem 2rem; border-start-start-radius: 4px }",
    ".left-hand { color: red }",
    "b { direction: ltr; text-align: left } /* physical: digits are read from the left */",
    "p { padding: 1px 2px; border: 1px solid red }",
])  # fmt: skip
def test_a_stylesheet_without_sides_passes(css):
    assert list(of_css(css)) == []


@pytest.mark.parametrize("css", [
    "p { margin-left: 1rem }", "p{padding-right:0}", "p { left: 0 }", "p { text-align: right }",
    "p { float: left }", "p { border-left-color: red }", "p { border-top-left-radius: 1px }",
    "p { margin: 0 1px 0 2px }", "p { inset: 0 auto 0 0 }",
    "p { background: url(https://example.org/a.png) }", "@import 'a.css';",
])  # fmt: skip
def test_a_side_or_an_outside_is_refused(css):
    assert len(list(of_css(css))) == 1
