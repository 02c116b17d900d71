"""The proofreader finds each fault, and finds none where there is none."""

import pytest

from tests.proof.reading import proofread

GOOD = """<!doctype html>
<html lang="fr" dir="ltr"><head><title>Projets – Commune de Tiznit</title>
<link rel="stylesheet" href="/static/pacto.css"><script src="/static/htmx.js" defer></script></head>
<body><a href="#main">Aller au contenu</a><nav aria-label="Langue"><a href="/ar/" lang="ar">العربية</a></nav>
<main id="main"><h1>Projets</h1><p>Il reste 450\u00a0000\u00a0DH.</p><h2 id="t-1">Éclairage</h2>
<form method="post" action="/fr/x"><label for="q">Chercher</label><input id="q" name="q">
<label><input type="checkbox" name="p" value="1" aria-labelledby="a-1 t-1">
<span id="a-1">Ajouter</span></label>
<button aria-label="Chercher"><svg aria-hidden="true"><path d="M0 0"/></svg></button></form>
<img src="/static/a.png" alt=""></main></body></html>"""

FAULTS = {
    "a tag that is not closed": ("<h1>Projets</h1>", "<h1>Projets</h1><div>", "<div> is not closed"),
    "tags that cross": ("<p>Il reste", "<p><b><i>x</b></i>Il reste", "<i> is not closed before </b>"),
    "a tag that closes nothing": ("</h1>", "</h1></span>", "</span> closes nothing"),
    "a list in a paragraph": ("<p>Il reste", "<p><ul><li>x</li></ul>Il reste", "stands in a paragraph"),
    "an item without a list": ("</h1>", "</h1><li>x</li>", "<li> stands in <main>"),
    "a button in a link": ('lang="ar">', 'lang="ar"><button>x</button>', "two things to press in one"),
    "an attribute given twice": ('id="q" name="q"', 'id="q" name="q" name="r"', "two attributes name"),
    "no doctype": ("<!doctype html>", "", "does not begin with <!doctype html>"),
    "no h1": ("<h1>Projets</h1>", "", "0 h1"),
    "two h1": ("</h1>", "</h1><h1>Encore</h1>", "2 h1"),
    "a level skipped": ('<h2 id="t-1">Éclairage</h2>', '<h3 id="t-1">Éclairage</h3>', "one is skipped"),
    "an empty title": ("Projets – Commune de Tiznit", " – ", "needs one title"),
    "a title without its own words": ("Projets – Commune", "– Commune", "no words of its own"),
    "the wrong language": ('lang="fr" dir="ltr"', 'lang="ar" dir="rtl"', "not ('fr', 'ltr')"),
    "no direction": (' dir="ltr"', "", "not ('fr', 'ltr')"),
    "a field without a label": ('for="q"', "", '<input id="q" name="q"> has no label'),
    "an empty label": ("Chercher</label>", "</label>", "has no label"),
    "a button without a name": ('<button aria-label="Chercher">', "<button>", "<button> has no name"),
    "a link without words": ("Aller au contenu", "", "has no name that a screen reader could say"),
    "a nameless navigation": (' aria-label="Langue"', "", "<nav> needs an aria-label"),
    "an image without alt": (' alt=""', "", "has no alt"),
    "an id given twice": ('id="q"', 'id="main"', 'id "main" is given 2 times'),
    "a fragment that is nowhere": ('href="#main"', 'href="#haut"', "nothing on the page has the id 'haut'"),
    "a link to nowhere": ('href="#main"', 'href="#"', "leads nowhere"),
    "a reference to nothing": ("a-1 t-1", "a-1 t-9", "aria-labelledby names 't-9'"),
    "a label for nothing": ('for="q"', 'for="r"', "for names 'r'"),
    "a style of its own": ("<p>Il", '<p style="color:red">Il', "has a style of its own"),
    "a style sheet in the page": ("</head>", "<style>p{}</style></head>", "has a style of its own"),
    "a script in the page": ("</head>", "<script>alert(1)</script></head>", "is a script in the page"),
    "a script in an attribute": ("<p>Il", '<p onclick="x()">Il', "has a script in onclick"),
    "a link that is a script": ('href="#main"', 'href="javascript:x()"', "runs a script"),
    "something from elsewhere": ('src="/static/a.png"', 'src="https://a.example/a.png"', "from elsewhere"),
    "the order of the keyboard": ("<p>Il", '<p tabindex="3">Il', "changes the order of the keyboard"),
    "None in a text": ("Il reste", "Il reste None", "shows None"),
    "None in an attribute": ('value="1"', 'value="None"', 'value="None"'),
    "a place not filled by Jinja": ("Il reste", "{{ page.left }}", "shows '{{'"),
    "a place not filled in a sentence": ("Il reste", "%(amount)s", "shows '%('"),
    "a method not called": ("Il reste", "&lt;bound method Charter.text", "nobody called"),
    "digits that a line may break": ("450\u00a0000", "450 000", "groups digits by a plain space"),
    "a sentence left in English": ("Il reste", "</p><p>Find your commune</p><p>", "is not translated to fr"),
    "an English name of a button": ('aria-label="Chercher"', 'aria-label="Search"', "is not translated"),
}  # fmt: skip


def test_a_good_page_has_no_fault():
    assert proofread(GOOD, path="/fr/projects") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_found_and_named(fault):
    before, after, finding = FAULTS[fault]
    page = GOOD.replace(before, after, 1)

    assert page != GOOD
    found = proofread(page, path="/fr/projects")
    assert any(finding in line for line in found), found


def test_a_sentence_with_places_left_in_english_is_found():
    page = GOOD.replace("Il reste", "</p><p>Page 2 of 5</p><p>", 1)

    assert any("Page 2 of 5" in line for line in proofread(page, path="/fr/projects"))


def test_a_telephone_number_is_not_read_backwards():
    number = "05 39 98 00 00"
    page = GOOD.replace('lang="fr" dir="ltr"', 'lang="ar" dir="rtl"').replace("Ajouter", number)

    assert any("read backwards" in line for line in proofread(page, path="/ar/projects"))
    apart = page.replace(number, f'<bdi class="ltr">{number}</bdi>')
    assert not any("read backwards" in line for line in proofread(apart, path="/ar/projects"))
    isolated = page.replace(number, f"\N{LEFT-TO-RIGHT ISOLATE}{number}\N{POP DIRECTIONAL ISOLATE}")
    assert not any("read backwards" in line for line in proofread(isolated, path="/ar/projects"))
    assert not any("read backwards" in line for line in proofread(GOOD.replace("Ajouter", number)))


def test_latin_words_in_arabic_are_set_apart():
    arabic = GOOD.replace('lang="fr" dir="ltr"', 'lang="ar" dir="rtl"')
    for source, translated in (
        ("Projets – Commune de Tiznit", "المشاريع"),
        ("Aller au contenu", "إلى المحتوى"),
        ("<h1>Projets", "<h1>المشاريع"),
        ("Il reste 450\u00a0000\u00a0DH.", "الملف <bdi>PDF</bdi>"),
        ("Éclairage", "إنارة"),
        ("Ajouter", "إضافة"),
    ):
        arabic = arabic.replace(source, translated)
    arabic = arabic.replace("Chercher", "بحث").replace("Langue", "اللغة")

    assert proofread(arabic, path="/ar/projects") == []
    mixed = arabic.replace("<bdi>PDF</bdi>", "PDF")
    assert any("Latin letters" in line for line in proofread(mixed, path="/ar/projects"))


def test_amazigh_pages_are_written_in_arabic_for_now():
    assert any("not ('ar', 'rtl')" in line for line in proofread(GOOD, path="/zgh/projects"))


def test_what_residents_wrote_in_another_language_is_left_alone():
    page = GOOD.replace("<h1>Projets", '<h1 dir="auto">Find your commune', 1)

    assert proofread(page, path="/fr/projects") == []


def test_a_block_for_htmx_needs_no_title_and_no_heading():
    assert proofread('<p class="state">Enregistré</p>', path="/fr/draft", is_whole=False) == []
