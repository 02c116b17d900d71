"""Can I vote? An answer before the day, with what to do; no answer to a question is stored."""

from datetime import date, timedelta

import pytest

from pacto_participe.accounts.domain.eligibility import Ineligible, Who
from pacto_participe.accounts.domain.people import Facts, Nationality, Tie
from pacto_participe.accounts.services.letters import make_letters
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.storage.events import EventRow
from pacto_participe.voting.policies import Part, part_of
from tests.statements import counted
from tests.town import CLOSES, OPENS, make_edition

NOW_OPEN = OPENS + timedelta(days=1)


@pytest.mark.parametrize(
    ("reason", "verified", "now", "part"),
    [
        (None, True, NOW_OPEN, Part.YES),
        (None, True, OPENS - timedelta(days=1), Part.YES_WHEN_OPEN),
        (None, False, NOW_OPEN, Part.VERIFY_FIRST),
        (Ineligible.TOO_YOUNG, True, NOW_OPEN, Part.TOO_YOUNG),
        (Ineligible.CITIZENS_ONLY, True, NOW_OPEN, Part.CITIZENS_ONLY),
        (Ineligible.NATIONALITY_UNKNOWN, True, NOW_OPEN, Part.SHOW_THE_CARD),
        (Ineligible.WORKS_HERE_ONLY, False, NOW_OPEN, Part.LIVES_ELSEWHERE),
        (None, True, CLOSES, Part.OVER),
    ],
)
async def test_who_may_take_part(open_edition, reason, verified, now, part):
    assert part_of(open_edition.charter, reason, is_verified=verified, now=now) is part


async def test_a_verified_resident_is_told_yes_at_once(resident, open_edition):
    page = await resident.get(open_edition.path("can-i-vote"))

    assert page.says("Oui, maintenant")
    assert page.link("Voter maintenant")
    assert not page.says("Quelques questions")


async def test_who_has_voted_is_told_so_and_what_can_still_be_done(
    database_url: str, resident, open_edition
):
    ballot = await resident.get(open_edition.path("ballot"))
    review = await resident.submit(ballot.form("/ballot"), p=["1"])
    assert (await resident.get(open_edition.path("can-i-vote"))).says("Oui, maintenant")
    await resident.submit(review.form("/confirm"))

    page = await resident.get(open_edition.path("can-i-vote"))

    assert page.says("Votre bulletin est dans l’urne.", "Vous pouvez le changer jusqu’au")
    assert page.link("Mon reçu") == open_edition.path("receipt")
    assert not page.says("Voter maintenant")


async def test_the_close_reads_as_on_every_other_page(site, resident):
    edition = await make_edition(site, closes_at=CLOSES.replace(second=0))

    assert (await resident.get(edition.path("can-i-vote"))).says("30 novembre 2026 à 23 h 59.")
    assert (await resident.get(edition.path())).says("30 novembre 2026 à 23 h 59")


async def test_a_resident_too_young_for_it_is_told_why(site, open_edition):
    person_id = await site.person()
    await site.verify(person_id, "JB 999999", born="12/03/2015")
    young = await site.sign_in(person_id)

    page = await young.get(open_edition.path("can-i-vote"))

    assert page.says("Non, pas à ce vote", "18 ans")


async def test_a_verified_child_is_promised_no_vote_and_led_to_the_answer(site, open_edition):
    child = await site.person()
    await site.verify(child, "JB 999999", born="12/03/2012")
    browser = await site.sign_in(child)

    page = await browser.get("/fr/c/tiznit/residence")

    assert page.says("Vous êtes habitant vérifié ici.", "à partir de quel âge")
    assert not page.says("Oui")
    page = await browser.get(page.link("Votre réponse pour le vote de ce moment"))
    assert page.path == open_edition.path("can-i-vote")
    assert page.says("Non, pas à ce vote")


async def test_the_answer_for_the_vote_of_this_time_is_the_home_when_there_are_several_or_none(
    site, visitor
):
    page = await visitor.get("/fr/c/tiznit/can-i-vote")
    assert page.path == "/fr/c/tiznit/"
    await make_edition(site)
    await make_edition(site, edition="2027")

    page = await visitor.get("/fr/c/tiznit/can-i-vote")

    assert page.path == "/fr/c/tiznit/"


@pytest.mark.parametrize(
    ("lives", "age", "verified", "sentence"),
    [
        ("yes", "yes", "yes", "Oui, maintenant"),
        ("yes", "yes", "no", "Pas encore"),
        ("yes", "no", "no", "Non, pas à ce vote"),
        ("no", "yes", "yes", "Non, pas ici"),
    ],
)
async def test_a_visitor_is_answered_and_nothing_is_written(
    database_url, site, visitor, open_edition, lives, age, verified, sentence
):
    page = await visitor.get(open_edition.path("can-i-vote"))
    before = await written(site)

    page = await visitor.submit(page.form("/can-i-vote"), lives=lives, age=age, verified=verified)

    assert page.says(sentence)
    assert ("Voter maintenant" in page.links) == sentence.startswith(
        "Oui"
    )  # no answer is a dead end
    assert "?" not in page.path
    assert await written(site) == before


async def written(site) -> int:
    from sqlalchemy import func, select

    async with site.web.database.read() as session:
        return (await session.execute(select(func.count()).select_from(EventRow))).scalar_one()


async def test_of_a_vote_that_is_over_nobody_is_asked_anything(site, visitor, open_edition):
    site.clock.instant = open_edition.charter.closes_at

    page = await visitor.get(open_edition.path("can-i-vote"))

    assert page.says("Ce vote est terminé.")
    assert page.link("Voir les résultats") == open_edition.path("results")
    assert not page.says("Quelques questions")
    assert not page.says("Le guichet")


async def test_a_question_left_out_or_answered_otherwise_is_asked_again(visitor, open_edition):
    page = await visitor.get(open_edition.path("can-i-vote"))

    page = await visitor.submit(
        page.form("/can-i-vote"), lives="yes", age="<script>", verified="x" * 10_000, status=422
    )

    assert page.html.count("Répondez par oui ou par non") == 4
    assert page.link(
        "Aurez-vous au moins 18 ans le 30 novembre 2026 ? Répondez par oui ou par non."
    )
    assert page.form("/can-i-vote").fields["lives"] == ["yes"]
    assert "<script>" not in page.html


async def test_the_rules_lead_there_before_the_day(visitor, soon_edition):
    page = await visitor.get(soon_edition.path())

    page = await visitor.follow(page, "Puis-je voter")

    assert page.says("Quelques questions", "Quelle que soit votre nationalité")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_it_speaks_every_language(visitor, resident, open_edition, lang):
    path = open_edition.path("can-i-vote", lang=lang)
    await visitor.get(path)
    await resident.get(path)
    for part in ("no", "yes"):
        await visitor.post(path, {"lives": "yes", "age": part, "verified": "no"})


# The rule of a vote beyond the age


async def verified_as(site, card: str, *, born: str = "12/03/1987", **facts):
    person_id = await site.person()
    await site.verify(person_id, card, born=born, facts=Facts(**facts))
    return await site.sign_in(person_id)


@pytest.fixture
async def of_citizens(site):
    """An open vote for Moroccan citizens only."""
    return await make_edition(site, who=Who.CITIZENS)


async def test_a_foreign_resident_is_told_why_and_what_is_open_instead(
    database_url, site, of_citizens
):
    everybodys = await make_edition(site, edition="quartiers")
    foreign = await verified_as(site, "A 12345 B", nationality=Nationality.FOREIGN)

    page = await foreign.get(of_citizens.path("can-i-vote"))

    assert page.says("Non, pas à ce vote", "Ce vote est ouvert aux seuls citoyens marocains.")
    assert page.says("Ce qui vous est ouvert", "Budget participatif quartiers")
    assert page.link("Budget participatif quartiers") == everybodys.path()
    assert page.link("Les projets de ce vote") == of_citizens.path("projects/")
    page = await foreign.get(of_citizens.path("identity"))
    assert page.says("Ce vote est ouvert aux seuls citoyens marocains.")
    assert page.link("ce qui vous est ouvert") == of_citizens.path("can-i-vote")
    assert (await foreign.get(of_citizens.path("ballot"))).path == of_citizens.path("identity")
    assert (await foreign.get(everybodys.path("ballot"))).path == everybodys.path("ballot")


async def test_a_citizen_is_told_yes(site, of_citizens):
    citizen = await verified_as(site, "JB 1", nationality=Nationality.CITIZEN)

    assert (await citizen.get(of_citizens.path("can-i-vote"))).says("Oui, maintenant")
    assert (await citizen.get(of_citizens.path("ballot"))).path == of_citizens.path("ballot")


async def test_of_whom_no_nationality_is_known_the_counter_asks_the_card(
    site, of_citizens, resident, administrator
):
    await say_of_the_counter(
        administrator, address_fr="Place du Mechouar", hours_fr="De 9 h à 16 h"
    )

    page = await resident.get(of_citizens.path("can-i-vote"))

    assert page.says("Pas encore : il manque une chose", "Montrez votre carte au guichet")
    assert page.says("Le guichet", "Place du Mechouar", "De 9 h à 16 h")
    assert (await resident.get(of_citizens.path("ballot"))).path == of_citizens.path("identity")


async def say_of_the_counter(administrator, **said):
    page = await administrator.get("/fr/staff/tiznit/settings")
    await administrator.submit(page.form("/settings"), **said)


HOSTILE = "<script>alert(1)</script>\u202e" + "ا" * 200


async def test_where_the_counter_is_and_when_it_is_open_stands_wherever_one_is_sent_there(
    database_url, site, visitor, clerk, administrator, open_edition
):
    await say_of_the_counter(
        administrator, address_ar=HOSTILE, hours_fr="Le matin\r\nsauf vendredi"
    )
    pages = [
        await visitor.get(open_edition.path("can-i-vote")),
        await visitor.get("/fr/c/tiznit/residence"),
        await clerk.post("/fr/staff/tiznit/counter", {"cnie": "JB 77", "birth_date": "12/03/1987"}),
    ]

    for page in pages:
        assert page.says("Le matin", "sauf vendredi", "<script>alert(1)</script>ااا"), page.path
        assert "<script>alert" not in page.html
        assert "\u202e" not in page.html


async def test_a_town_that_says_nothing_of_its_counter_shows_no_empty_card(visitor, open_edition):
    page = await visitor.get(open_edition.path("can-i-vote"))

    assert 'id="counter"' not in page.html


async def test_too_young_names_the_own_age_and_the_one_asked_for(site):
    edition = await make_edition(site, minimum_age=16, age_on=date(2026, 12, 1))
    child = await verified_as(site, "JB 5", born="02/12/2011")

    page = await child.get(edition.path("can-i-vote"))

    assert page.says(
        "L’âge minimum de ce vote est de 16 ans", "Le 1 décembre 2026, vous en avez 14"
    )


async def test_who_works_here_may_where_the_rule_says_so(site):
    usual = await make_edition(site)
    of_all = await make_edition(site, edition="marche", includes_workers=True)
    worker = await verified_as(site, "JB 6", tie=Tie.WORKS)

    page = await worker.get(usual.path("can-i-vote"))
    assert page.says("Non, pas ici", "Ce vote est réservé aux habitants")
    assert page.link("Budget participatif marche") == of_all.path()
    assert (await worker.get(of_all.path("can-i-vote"))).says("Oui, maintenant")


@pytest.mark.parametrize(
    ("charter", "asked"),
    [
        ({}, ["lives", "age", "verified"]),
        ({"minimum_age": 0}, ["lives", "verified"]),
        ({"who": Who.CITIZENS}, ["lives", "citizen", "age", "verified"]),
    ],
)
async def test_a_visitor_is_asked_what_the_rule_turns_on_and_nothing_else(
    site, visitor, charter, asked
):
    edition = await make_edition(site, **charter)

    page = await visitor.get(edition.path("can-i-vote"))

    names = [
        item.get("name") for item in page.tree.elements("input") if item.get("type") == "radio"
    ]
    assert list(dict.fromkeys(names)) == asked


async def test_a_visitor_who_is_no_citizen_is_told_so(site, visitor, of_citizens):
    page = await visitor.get(of_citizens.path("can-i-vote"))

    page = await visitor.submit(
        page.form("/can-i-vote"), lives="yes", citizen="no", age="yes", verified="yes"
    )

    assert page.says("Non, pas à ce vote", "D’autres votes ici, et ce que tout le monde peut voir")


@pytest.mark.parametrize(
    ("charter", "sentences"),
    [
        ({}, ["Vous habitez ici (Commune de Tiznit).", "Quelle que soit votre nationalité."]),
        ({"minimum_age": 0}, ["À tout âge."]),
        (
            {"who": Who.CITIZENS, "includes_workers": True, "age_on": date(2026, 12, 31)},
            [
                "ou vous y avez une activité économique",
                "Vous êtes de nationalité marocaine.",
                "Vous avez 18 ans ou plus le 31 décembre 2026.",
            ],
        ),
    ],
)
async def test_the_rule_is_said_in_the_same_words_on_every_page(
    site, visitor, administrator, charter, sentences
):
    edition = await make_edition(site, **charter)

    for page in (
        await visitor.get(edition.path("can-i-vote")),
        await visitor.get(edition.path()),
        await administrator.get("/fr/staff/tiznit/votes/2026/roll"),
    ):
        assert page.says(*sentences), page.path


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_every_answer_is_said_in_every_language(site, visitor, resident, of_citizens, lang):
    path = of_citizens.path("can-i-vote", lang=lang)
    await resident.get(path)
    for facts in ({"nationality": Nationality.FOREIGN}, {"tie": Tie.WORKS}):
        browser = await verified_as(site, f"JB 9{len(str(facts))}", **facts)
        await browser.get(path)
        await browser.get(of_citizens.path("identity", lang=lang))
    answers = {"lives": "yes", "citizen": "yes", "age": "yes", "verified": "yes"}
    for no in answers:
        await visitor.post(path, {**answers, no: "no"})


async def test_the_answer_takes_three_statements_however_many_residents_there_are(
    site, of_citizens
):
    foreign = await verified_as(site, "JB 1", nationality=Nationality.FOREIGN)
    await foreign.get(of_citizens.path("can-i-vote"))
    with counted(site.web.database) as few:
        await foreign.get(of_citizens.path("can-i-vote"))
    for number in range(10, 30):
        await verified_as(site, f"JB {number}", nationality=Nationality.CITIZEN)
    with counted(site.web.database) as many:
        await foreign.get(of_citizens.path("can-i-vote"))

    assert len(many) == len(few)


async def test_nobody_is_told_that_only_the_counter_and_the_list_verify(visitor, open_edition):
    pages = [await visitor.get(open_edition.path(part)) for part in ("can-i-vote", "")]
    for page in pages:
        assert page.says("Vous avez été vérifié une fois.", "Comment se faire vérifier")
        assert not page.says("par la liste de la collectivité")
    assert pages[0].says("Avez-vous déjà été vérifié ?")


async def test_the_first_step_of_a_ballot_has_a_line_for_letters_where_the_town_sends_them(
    site, visitor, open_edition
):
    page = await visitor.get(open_edition.path("identity"))
    assert not page.says("une lettre")
    town = open_edition.charter.collectivity_id
    maker = Actor(person_id="x", roles=frozenset({(town, Role.ADMINISTRATOR)}))
    async with site.work(maker) as uow:
        lines = ["name;cnie;birth_date;address\n", "Ali;JB 31;12/03/1987;1 rue\n"]
        made = await make_letters(uow, site.web.secrets, town, "a" * 32, lines, days=30)

    page = await visitor.post(
        open_edition.path("identity"), {"code": made.letters[0].code}, status=422
    )
    assert page.says("sous « J’ai reçu une lettre »")
    page = await visitor.follow(page, "Son code se saisit")
    fields = {"code": made.letters[0].code, "cnie": "JB 31", "birth_date": "12/03/1987"}
    page = await visitor.submit(page.form("/residence"), way="letter", **fields)
    assert page.says("Étape 2 sur 3")
