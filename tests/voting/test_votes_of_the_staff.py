"""A vote is prepared, published and frozen by its administrators, two of them where the town asks for it."""

import asyncio
import json
from datetime import timedelta

import pytest

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.approvals import queries as approvals
from pacto_participe.approvals.domain import Act, ApprovalProblem, Verdict
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting import queries as votes
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.policies import CharterProblem, PreparationProblem, VoteRefusal
from pacto_participe.voting.queries.prepared import (
    Announcement,
    PreparedVote,
    prepared_by_edition,
    prepared_of,
)
from pacto_participe.voting.services import draws, preparing
from pacto_participe.voting.services.draws import read_drawn
from pacto_participe.voting.services.preparing import VoterRule
from tests.invented import invented_projects
from tests.recorded import recorded
from tests.town import (
    MILLION,
    NEIGHBOUR_TOWN,
    NOON,
    TOWN,
    cast,
    count,
    make_edition,
    publish,
    stages_around,
    vote_of,
)
from tests.two_administrators import FIRST, SECOND, THIRD, admin, decide

EDITION = "2027"
OPENS = NOON + timedelta(days=60)
CLOSES = OPENS + timedelta(days=14)
PAGE = f"/fr/staff/tiznit/votes/{EDITION}"
APPROVALS = "/fr/staff/tiznit/approvals"
BOTH = Texts.of({"ar": "الميزانية التشاركية 2027", "fr": "Budget participatif 2027"})
YOUNGER = VoterRule(16, Who.CITIZENS, True)


def draft(**values) -> tuple[Charter, Announcement]:
    """Seven projects, open for two weeks in two months."""
    summary = values.pop("summary", BOTH)
    charter = Charter(
        **{
            "collectivity_id": TOWN, "vote_id": "v" * 32, "edition": EDITION, "title": BOTH,
            "currency": "MAD", "budget_cents": 2 * MILLION, "projects": invented_projects(7),
            "ballot_kind": "approval", "ballot_limits": {"max": 3}, "parameters": Parameters(),
            "lot_seed": "5f1d7c", "opens_at": OPENS, "closes_at": CLOSES, **values,
        }
    )  # fmt: skip
    told = {project.number: project.title for project in charter.projects}
    stages = stages_around(charter.opens_at, charter.closes_at)
    return charter, Announcement("participatory-budget", summary, stages, told)


async def prepare(site, **values) -> PreparedVote:
    async with site.work(admin("first", values.get("collectivity_id", TOWN))) as uow:
        return await preparing.prepare(uow, *draft(**values))


@pytest.fixture
async def prepared(site) -> PreparedVote:
    """Next year's vote, that only the staff sees."""
    return await prepare(site)


@pytest.fixture
async def tied_edition(site):
    """Projects 1 and 6 are tied, the money is enough for one, and the draw is awaited."""
    edition = await make_edition(
        site, budget_cents=30_000_000, parameters=Parameters(ties=("lot",))
    )
    await cast(site, edition, [("1", 3), ("6", 3)])
    await count(site, edition)
    return edition


async def as_prepared(site, edition=EDITION) -> PreparedVote | None:
    async with site.web.database.read() as session:
        return await prepared_by_edition(session, TOWN, edition)


async def announce(site, revision=1, actor=FIRST, edition=EDITION):
    async with site.work(actor) as uow:
        await preparing.announce(uow, TOWN, edition, revision)


async def freeze(site, revision=1, actor=FIRST):
    async with site.work(actor) as uow:
        await preparing.freeze(uow, site.web.secrets, TOWN, EDITION, revision)


async def choose(site, rule=YOUNGER, revision=1, actor=FIRST):
    async with site.work(actor) as uow:
        await preparing.choose_voters(uow, TOWN, EDITION, revision, rule)


async def newest_request(site) -> str:
    async with site.web.database.read() as session:
        return (await approvals.approvals_of(session, TOWN))[0].approval_id


# The ordinary day


async def test_an_administrator_publishes_and_freezes_and_residents_read_the_rules(
    database_url, site, administrator, visitor, prepared
):
    lists = await administrator.get("/fr/staff/tiznit/votes")
    assert lists.says("Budget participatif 2027", "Brouillon")
    assert f">{EDITION}</bdi>" in lists.html  # drafts may have one title
    page = await administrator.get(PAGE)
    assert page.says("Pour l’instant, seul le personnel de ce lieu la voit", "Brouillon")
    assert not (await visitor.get("/fr/c/tiznit/")).says("Budget participatif 2027")

    confirm = await administrator.follow(page, "Publier la consultation")
    assert confirm.says("Une consultation publiée ne peut plus être retirée")
    page = await administrator.submit(confirm.form("/publication"))

    assert page.says("C’est publié", "Publiée, règles non figées")
    public = await visitor.get(f"/fr/c/tiznit/budgets/{EDITION}/")
    assert public.says("Budget participatif 2027", "Les règles ne sont pas encore figées")

    confirm = await administrator.follow(page, "Figer les règles")
    shown = (await as_prepared(site)).charter.fingerprint
    assert confirm.says("ni vous ni qui exploite la plateforme", shown[:4])
    page = await administrator.submit(confirm.form("/rules"))

    assert page.says("Les règles sont figées et publiées", "Pas encore ouvert")
    assert not page.says("Choisir qui peut voter")
    public = await visitor.get(f"/fr/c/tiznit/budgets/{EDITION}/")
    assert public.says("Budget participatif 2027", "Pas encore ouvert")
    vote = await votes.vote_by_edition(site.web.database, TOWN, EDITION)
    assert vote.charter.fingerprint == shown
    assert await as_prepared(site) is None
    told = [event.tag for event in await recorded(site.web.database)]
    for tag in (
        "voting:vote:prepared", "consultations:consultation:published", "voting:vote:frozen",
    ):  # fmt: skip
        assert told.count(tag) == 1
    journal = await administrator.get("/fr/staff/tiznit/journal")
    assert journal.says("Une consultation a été publiée", "Les règles d’un vote ont été figées")


async def test_one_proposes_to_publish_another_confirms_and_it_is_done(
    database_url, site, administrator, second_administrator, two_are_needed, prepared
):
    confirm = await administrator.follow(await administrator.get(PAGE), "Publier la consultation")
    assert confirm.says("Rien ne se passe encore")
    page = await administrator.submit(confirm.form("/publication"), status=422)
    assert page.says("Écrivez pourquoi")
    page = await administrator.submit(page.form("/publication"), reason="Délibération 12 <b>")

    assert page.path == f"{APPROVALS}?done=asked"
    assert page.says("Le brouillon dans sa version 1", "Délibération 12 <b>")
    page = await administrator.get(PAGE)
    assert page.says("Cela attend une deuxième personne")
    assert "Publier la consultation" not in page.links
    page = await second_administrator.get(APPROVALS)
    assert (await second_administrator.follow(page, "Lire ce qui est demandé")).path == PAGE
    await second_administrator.submit(page.form("/decision"))

    assert (await as_prepared(site)).is_announced
    confirm = await second_administrator.follow(
        await second_administrator.get(PAGE), "Figer les règles"
    )
    await second_administrator.submit(confirm.form("/rules"), reason="Les règles sont prêtes")
    page = await administrator.get(APPROVALS)
    await administrator.submit(page.form("/decision"))

    assert await votes.vote_by_edition(site.web.database, TOWN, EDITION) is not None
    roles = {event.person_id for event in await recorded(site.web.database, "approvals:approval")}
    assert len(roles) == 2


async def test_who_may_vote_is_chosen_until_the_rules_are_frozen(
    database_url, site, administrator, prepared
):
    page = await administrator.get(PAGE)
    assert page.says("Avoir au moins 18 ans") or page.says("18 ans")

    page = await administrator.submit(
        page.form("/voters"), minimum_age="١٦", who="citizens", ties="ties_live_or_work_here"
    )

    assert page.says("Enregistré", "16 ans", "activité économique")
    found = await as_prepared(site)
    rule = found.charter.eligibility
    assert (rule.minimum_age, rule.who, rule.includes_workers) == (16, Who.CITIZENS, True)
    assert found.revision == 2
    journal = await administrator.get("/fr/staff/tiznit/journal")
    assert journal.says("Âge minimum : 16", "Les citoyens marocains seulement")
    await announce(site, 2)
    await choose(site, VoterRule(0, Who.RESIDENTS, False), 2)
    await freeze(site, 3)
    with pytest.raises(Conflict, match=PreparationProblem.RULES_FROZEN):
        await choose(site, YOUNGER, 3)
    vote = await votes.vote_by_edition(site.web.database, TOWN, EDITION)
    assert vote.charter.minimum_age == 0


async def test_a_draw_is_written_down_by_two_and_the_result_follows(
    database_url, site, administrator, second_administrator, two_are_needed, tied_edition
):
    page = await administrator.get("/fr/staff/tiznit/votes/2026")
    page = await administrator.follow(page, "Inscrire le résultat du tirage")
    assert page.says("Projets à égalité", "5f1d7c")
    page = await administrator.submit(page.form("/draw"), drawn=" ٤ 1 ", status=200)
    assert page.says("41", "Ce qui est inscrit ne peut plus être corrigé")
    page = await administrator.submit(page.form("/draw"), reason="Tiré en salle", status=200)
    assert page.says("Tirage :", "41")
    assert (await vote_of(site, tied_edition)).awaits_lot

    await second_administrator.submit((await second_administrator.get(APPROVALS)).form("/decision"))

    assert (await vote_of(site, tied_edition)).lot_completion == "41"
    await publish(site, tied_edition)
    page = await administrator.get("/fr/staff/tiznit/votes/2026")
    assert page.says("Le tirage est inscrit", "Résultat provisoire")


async def test_where_one_suffices_a_draw_is_written_down_at_once(site, administrator, tied_edition):
    page = await administrator.get("/fr/staff/tiznit/votes/2026/draw")
    page = await administrator.submit(page.form("/draw"), drawn="4,2")

    page = await administrator.submit(page.form("/draw"))

    assert page.says("C’est inscrit")
    assert (await vote_of(site, tied_edition)).lot_completion == "42"


async def test_who_only_reads_sees_no_act_and_no_form(site, clerk, prepared):
    page = await clerk.get(PAGE)

    assert page.says("Brouillon", "Où en est ce vote")
    assert not page.says("Choisir qui peut voter")
    assert "Publier la consultation" not in page.links
    await clerk.get(f"{PAGE}/publication", status=403)


async def test_today_tells_administrators_that_rules_wait(site, administrator, clerk, prepared):
    waits = "les règles ne sont pas encore figées"
    assert not (await administrator.get("/fr/staff/tiznit/")).says(waits)
    soon = {"opens_at": NOON + timedelta(days=20), "closes_at": NOON + timedelta(days=30)}
    await prepare(site, edition="2028", vote_id="w" * 32, **soon)

    assert (await administrator.get("/fr/staff/tiznit/")).says(waits, "dans 20 jours")
    assert not (await clerk.get("/fr/staff/tiznit/")).says(waits)


# What is missing


async def test_a_draft_that_is_not_ready_says_what_is_missing_and_offers_no_button(
    site, administrator
):
    one_language = Texts.of({"fr": "Budget participatif 2027"})
    await prepare(
        site, title=one_language, summary=one_language, budget_cents=0,
        projects=invented_projects(1),
    )  # fmt: skip

    page = await administrator.get(PAGE)

    assert page.says(
        "Ce qui manque avant de publier", "Le titre n’est pas encore écrit",
        "La présentation n’est pas encore écrite", "Le montant du budget manque",
        "Elles pourront être dites en mots",
    )  # fmt: skip
    assert "Publier la consultation" not in page.links
    assert (await administrator.get(f"{PAGE}/publication")).path == PAGE
    with pytest.raises(Refused, match=PreparationProblem.TITLE_MISSING):
        await announce(site)


async def test_rules_are_frozen_of_what_everybody_can_see(site, prepared):
    with pytest.raises(Refused, match=PreparationProblem.ANNOUNCE_FIRST):
        await freeze(site)


async def test_after_the_day_of_the_opening_nothing_is_published_or_frozen(site, prepared, clock):
    await announce(site)
    await prepare(site, edition="2028", vote_id="w" * 32)
    clock.instant = OPENS

    with pytest.raises(Refused, match=CharterProblem.FROZEN_TOO_LATE):
        await freeze(site)
    with pytest.raises(Refused, match=PreparationProblem.ANNOUNCED_TOO_LATE):
        async with site.work(FIRST) as uow:
            await preparing.announce(uow, TOWN, "2028", 1)


# Refusals


async def test_what_was_asked_for_before_the_draft_changed_is_not_done(
    database_url, site, administrator, second_administrator, two_are_needed, prepared
):
    async with site.work(FIRST) as uow:
        await preparing.ask_to_announce(uow, TOWN, EDITION, 1, reason="x")
    await choose(site)

    page = await second_administrator.get(APPROVALS)
    page = await second_administrator.submit(page.form("/decision"), status=409)

    assert page.says("Le brouillon a changé depuis")
    assert not (await as_prepared(site)).is_announced
    page = await administrator.get(PAGE)
    assert page.says("Demandé avant que le brouillon change")
    assert "Publier la consultation" in page.links
    async with site.work(FIRST) as uow:  # and may be asked for anew
        await preparing.ask_to_announce(uow, TOWN, EDITION, 2, reason="x")
    await decide(site, SECOND, await newest_request_on(site, f"{EDITION}/2"))
    assert (await as_prepared(site)).is_announced


async def newest_request_on(site, subject) -> str:
    async with site.web.database.read() as session:
        (found,) = await approvals.approvals_on(session, TOWN, Act.PUBLISH, subject)
    return found.approval_id


async def test_a_page_that_is_older_than_the_draft_does_nothing(site, administrator, prepared):
    confirm = await administrator.get(f"{PAGE}/publication")
    form = (await administrator.get(PAGE)).form("/voters")
    await choose(site)

    page = await administrator.submit(confirm.form("/publication"), status=409)
    assert page.says("Le brouillon a changé depuis")
    page = await administrator.submit(form, minimum_age="12", status=409)
    assert page.says("Le brouillon a changé depuis")
    assert not (await as_prepared(site)).is_announced
    assert (await as_prepared(site)).charter.minimum_age == 16


async def test_nobody_confirms_their_own_proposal(site, two_are_needed, prepared):
    async with site.work(FIRST) as uow:
        await preparing.ask_to_announce(uow, TOWN, EDITION, 1, reason="x")

    with pytest.raises(Refused, match=ApprovalProblem.SAME_PERSON):
        await decide(site, FIRST, await newest_request(site))
    with pytest.raises(Refused, match=ApprovalProblem.ASKED_ALREADY):
        async with site.work(SECOND) as uow:
            await preparing.ask_to_announce(uow, TOWN, EDITION, 1, reason="x")
    await decide(site, FIRST, await newest_request(site), Verdict.DECLINED)
    assert not (await as_prepared(site)).is_announced


async def test_what_is_done_already_is_told(site, administrator, prepared):
    first = await administrator.get(f"{PAGE}/publication")
    await announce(site)
    page = await administrator.submit(first.form("/publication"), status=409)
    assert page.says("Cette consultation est déjà publiée")
    second = await administrator.get(f"{PAGE}/rules")
    form = (await administrator.get(PAGE)).form("/voters")
    await freeze(site)

    page = await administrator.submit(second.form("/rules"), status=409)
    assert page.says("Les règles de ce vote sont déjà figées")
    page = await administrator.submit(form, minimum_age="16", status=409)
    assert page.says("Les règles de ce vote sont déjà figées")
    assert (await administrator.get(f"{PAGE}/publication")).path == PAGE
    assert (await administrator.get(f"{PAGE}/draw")).path == PAGE


async def test_the_lock_stands_in_every_service(site, two_are_needed, prepared, tied_edition):
    vote = await vote_of(site, tied_edition)
    acts = (
        lambda uow: preparing.announce(uow, TOWN, EDITION, 1),
        lambda uow: draws.write_draw(uow, vote, "4,2"),
    )
    for act in acts:
        with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
            async with site.work(FIRST) as uow:
                await act(uow)
    async with site.work(FIRST) as uow:
        await preparing.ask_to_announce(uow, TOWN, EDITION, 1, reason="x")
    await decide(site, SECOND, await newest_request(site))
    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        await freeze(site)


async def test_an_agreement_on_one_draw_writes_no_other(site, two_are_needed, tied_edition):
    vote = await vote_of(site, tied_edition)
    async with site.work(FIRST) as uow:
        await draws.ask_to_write_draw(uow, vote, "4,2", reason="x")
        await draws.ask_to_write_draw(uow, vote, "2,4", reason="x")
        first, second = await approvals.approvals_of(uow.session, TOWN)
    await decide(site, SECOND, first.approval_id)

    with pytest.raises(Refused, match=VoteRefusal.NO_DRAW_AWAITED):
        await decide(site, SECOND, second.approval_id)
    assert f"2026/{(await vote_of(site, tied_edition)).lot_completion}" == first.subject


async def test_only_administrators_of_this_town_prepare(site, prepared, tied_edition):
    vote = await vote_of(site, tied_edition)
    observer = Actor(person_id="o", roles=frozenset({(TOWN, Role.OBSERVER)}))
    for stranger in (observer, admin("n", NEIGHBOUR_TOWN)):
        for act in (
            lambda uow: preparing.prepare(uow, *draft(edition="2028")),
            lambda uow: preparing.choose_voters(uow, TOWN, EDITION, 1, YOUNGER),
            lambda uow: preparing.announce(uow, TOWN, EDITION, 1),
            lambda uow: preparing.ask_to_announce(uow, TOWN, EDITION, 1, reason="x"),
            lambda uow: preparing.freeze(uow, site.web.secrets, TOWN, EDITION, 1),
            lambda uow: preparing.ask_to_freeze(uow, TOWN, EDITION, 1, reason="x"),
            lambda uow: draws.write_draw(uow, vote, "4,2"),
            lambda uow: draws.ask_to_write_draw(uow, vote, "4,2", reason="x"),
        ):
            with pytest.raises(NotAllowed):
                async with site.work(stranger) as uow:
                    await act(uow)
    neighbour = admin("n", NEIGHBOUR_TOWN)
    with pytest.raises(NotFound):  # a draft of this town is none of the neighbour's
        async with site.work(neighbour) as uow:
            await preparing.announce(uow, NEIGHBOUR_TOWN, EDITION, 1)


async def test_an_edition_is_prepared_once_under_a_name_that_fits(site, prepared, open_edition):
    for edition in (EDITION, "2026"):
        with pytest.raises(Refused, match=PreparationProblem.EDITION_TAKEN):
            await prepare(site, edition=edition)
    for edition in ("", "2027/1", "É", "x" * 41, "-2027"):
        with pytest.raises(Refused, match=PreparationProblem.EDITION_SHAPE):
            await prepare(site, edition=edition)
    async with site.web.database.read() as session:
        assert [each.charter.edition for each in await prepared_of(session, TOWN)] == [EDITION]
        assert await prepared_of(session, NEIGHBOUR_TOWN) == ()


# At the same instant


@pytest.mark.parametrize("act", [announce, choose])
async def test_of_two_who_act_at_once_one_does_it(database_url, site, prepared, act):
    outcomes = await asyncio.gather(
        act(site, actor=SECOND), act(site, actor=THIRD), return_exceptions=True
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome) == [Conflict]


async def test_rules_are_not_frozen_while_who_may_vote_changes(database_url, site, prepared):
    await announce(site)

    outcomes = await asyncio.gather(
        freeze(site, actor=SECOND), choose(site, actor=THIRD), return_exceptions=True
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome) == [Conflict]
    vote = await votes.vote_by_edition(site.web.database, TOWN, EDITION)
    left = await as_prepared(site)
    assert (vote is None) is (left is not None)
    assert (vote or left).charter.minimum_age == (18 if vote else 16)


# Pages


@pytest.mark.parametrize("field", ["minimum_age", "who", "ties"])
@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\u202e19", "x" * 10_000, "19", ""]
)
async def test_what_is_no_rule_is_refused_beside_its_field(
    site, administrator, prepared, field, hostile
):
    page = await administrator.get(PAGE)
    values = {"minimum_age": "16", "who": "citizens", "ties": "ties_live_here", field: hostile}

    page = await administrator.submit(page.form("/voters"), status=422, **values)

    assert "<script>alert" not in page.html
    assert page.part(field) is not None
    assert (await as_prepared(site)).revision == 1


@pytest.mark.parametrize(
    "spelling",
    ["4,2,6", "4, 2, 6", "426", "4-2-6", "٤،٢،٦", "04 02 06", "4\u2800 2\u200f 6"],
)
def test_a_draw_can_be_written_in_one_way_only(spelling):
    """Who writes it knows the seed: two spellings would be two lots to choose from."""
    assert read_drawn(spelling) == "426"


@pytest.mark.parametrize("words", ["four two six", "4 or 2", "4\u1160 2", "4\u3164 2", "Ⅳ 2", "4²"])
def test_words_are_no_draw(words):
    with pytest.raises(Refused, match=PreparationProblem.DRAWN_IN_WORDS):
        read_drawn(words)


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>" * 9, "x" * 10_000, "\u202e", " ", "0"]
)
async def test_what_is_no_draw_is_refused(site, administrator, tied_edition, hostile):
    page = await administrator.get("/fr/staff/tiznit/votes/2026/draw")

    page = await administrator.submit(page.form("/draw"), drawn=hostile, status=422)
    assert "<script>alert" not in page.html

    path = "/fr/staff/tiznit/votes/2026/draw"
    await administrator.post(path, {"drawn": hostile}, status=422)
    assert (await vote_of(site, tied_edition)).awaits_lot


async def test_a_reason_is_text(
    site, administrator, second_administrator, two_are_needed, prepared
):
    page = await administrator.get(f"{PAGE}/publication")
    page = await administrator.submit(page.form("/publication"), reason="x" * 10_000, status=422)
    await administrator.submit(page.form("/publication"), reason="<script>alert(1)</script>")

    assert "<script>alert" not in (await second_administrator.get(APPROVALS)).html


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_pages_speak_every_language(
    site, administrator, second_administrator, two_are_needed, prepared, tied_edition, lang
):
    base = f"/{lang}/staff/tiznit/votes"
    await administrator.get(base)
    await administrator.get(f"{base}/2026")
    await administrator.get(f"{base}/2026/draw")
    await administrator.get(f"{base}/2026/draw?drawn=4,2")
    await administrator.get(f"{base}/{EDITION}/publication")
    async with site.work(FIRST) as uow:
        await preparing.ask_to_announce(uow, TOWN, EDITION, 1, reason="x")
    await administrator.get(f"{base}/{EDITION}")
    await administrator.get(f"/{lang}/staff/tiznit/approvals")
    await choose(site)
    await administrator.get(f"{base}/{EDITION}")
    await administrator.get(f"/{lang}/staff/tiznit/journal")


async def test_what_was_held_elsewhere_has_no_page_here(site, administrator):
    await administrator.get("/fr/staff/tiznit/votes/none", status=404)


# What is stored


def test_an_announcement_is_read_as_it_was_written():
    _charter, announcement = draft()

    assert Announcement.from_text(announcement.text) == announcement
    assert json.loads(announcement.text)["is_demo"] is False
