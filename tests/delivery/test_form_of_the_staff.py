"""The form of an update: without script, nothing that was typed is lost, and Today reminds."""

from datetime import timedelta

import pytest

from pacto_participe.delivery.domain import Status
from pacto_participe.delivery.queries import updates_of
from pacto_participe.kernel.money import dirhams
from tests.delivery.following import final_edition, say
from tests.pages import Browser, weight
from tests.town import Edition, LiveSite

TODAY = "/fr/staff/tiznit/"
WORKS = {
    "stage": "works", "text_fr": "Le chantier a commencé", "text_ar": "بدأت الأشغال",
    "spent": "120 000", "bureau": "technical_service", "milestone": "works_end",
    "next_on": "15/03/2027",
}  # fmt: skip


def form_of(edition: Edition, number: int, lang: str = "fr") -> str:
    return f"/{lang}/staff/tiznit/delivery/{edition.charter.edition}/{number}"


@pytest.fixture
async def edition(site: LiveSite) -> Edition:
    return await final_edition(site)


async def test_a_reviewer_publishes_an_update_and_residents_read_it(
    site: LiveSite, reviewer: Browser, visitor: Browser, edition: Edition
) -> None:
    page = await reviewer.get("/fr/staff/tiznit/delivery")
    page = await reviewer.follow(page, "4. Éclairage solaire")

    page = await reviewer.submit(page.form("/4"), **WORKS)

    assert page.says("C’est publié", "Travaux en cours", "Le chantier a commencé")
    public = await visitor.get(edition.path("delivery/4"))
    assert public.says("Le chantier a commencé", "120 000 DH", "15 mars 2027", "service technique")
    arabic = await visitor.get(edition.path("delivery/4", lang="ar"))
    assert arabic.says("بدأت الأشغال", "15 مارس 2027", "المصلحة التقنية")


async def test_the_next_update_begins_with_what_probably_stays(
    site: LiveSite, administrator: Browser, edition: Edition
) -> None:
    await say(site, edition, 4, spent_cents=1_234_50)

    form = (await administrator.get(form_of(edition, 4))).form("/4")

    assert form.fields["spent"] == ["1234,50"]
    assert form.fields["bureau"] == ["technical_service"]
    assert form.fields["after"] == ["1"]


async def test_each_thing_to_mend_is_named_and_nothing_typed_is_lost(
    site: LiveSite, reviewer: Browser, edition: Edition
) -> None:
    page = await reviewer.get(form_of(edition, 4))

    page = await reviewer.submit(
        page.form("/4"), status=422,
        text_fr="Un mot", spent="beaucoup", next_on="31/02/2027", milestone="works_end",
    )  # fmt: skip

    assert page.says(
        "Choisissez où en est le projet.",
        "Écrivez le montant en dirhams",
        "Choisissez le service qui répond du projet.",
    )
    assert not page.says("Écrivez le jour de la prochaine étape")  # asked once a status is chosen
    page = await reviewer.submit(page.form("/4"), status=422, stage="works")
    assert page.says("Écrivez le jour de la prochaine étape")
    fields = page.form("/4").fields
    assert fields["text_fr"] == ["Un mot"]
    assert fields["spent"] == ["beaucoup"]
    assert fields["next_on"] == ["31/02/2027"]
    assert fields["milestone"] == ["works_end"]
    assert await updates_of(site.web.database, edition.key) == {}


@pytest.mark.parametrize(
    ("status", "typed", "sentence"),
    [
        ("late", {"text_fr": "", "text_ar": ""}, "Écrivez la raison"),
        ("late", {"next_on": ""}, "Écrivez le jour de la prochaine étape"),
        ("abandoned", {}, "Écrivez le numéro et le jour de la décision du conseil"),
        ("late", {"text_fr": "x" * 301}, "300"),
        ("nonsense", {}, "Choisissez où en est le projet"),
    ],
)
async def test_what_a_status_needs_is_asked_for(
    site: LiveSite, reviewer: Browser, edition: Edition,
    status: str, typed: dict[str, str], sentence: str,
) -> None:  # fmt: skip
    page = await reviewer.post(
        form_of(edition, 4), {**WORKS, "after": "0", "stage": status, **typed}, status=422
    )

    assert page.says(sentence)


async def test_done_needs_its_final_cost_and_its_day(
    site: LiveSite, reviewer: Browser, edition: Edition
) -> None:
    await say(site, edition, 4)

    page = await reviewer.post(
        form_of(edition, 4),
        {**WORKS, "after": "1", "stage": "done", "spent": "", "done_on": ""},
        status=422,
    )
    assert page.says("Écrivez le montant en dirhams", "Écrivez le jour où c’était terminé")

    page = await reviewer.post(
        form_of(edition, 4),
        {**WORKS, "after": "1", "stage": "done", "spent": "448 000", "done_on": "20/11/2026"},
    )

    assert page.says("Livré le 20 novembre 2026. Coût final : 448 000 DH sur 450 000 DH.")
    assert page.says("Ce projet est clos : seule une correction peut suivre.")


async def test_who_writes_on_a_page_that_has_grown_old_reads_the_newest_and_keeps_the_words(
    site: LiveSite, reviewer: Browser, edition: Edition
) -> None:
    form = (await reviewer.get(form_of(edition, 4))).form("/4")
    await say(site, edition, 4, Status.PROCUREMENT)

    page = await reviewer.submit(form, status=409, **WORKS)

    assert page.says("Quelqu’un d’autre a publié une nouvelle", "Appel d’offres et marché")
    assert page.form("/4").fields["text_fr"] == ["Le chantier a commencé"]
    page = await reviewer.submit(page.form("/4"))
    assert page.says("C’est publié")
    assert len((await updates_of(site.web.database, edition.key))[4]) == 2


async def test_a_form_that_is_sent_twice_is_written_once(
    site: LiveSite, reviewer: Browser, edition: Edition
) -> None:
    form = (await reviewer.get(form_of(edition, 4))).form("/4")
    await reviewer.submit(form, **WORKS)

    await reviewer.submit(form, status=409, **WORKS)

    assert len((await updates_of(site.web.database, edition.key))[4]) == 1


async def test_a_correction_is_ticked(site: LiveSite, reviewer: Browser, edition: Edition) -> None:
    await say(site, edition, 4, spent_cents=dirhams(400_000))
    page = await reviewer.get(form_of(edition, 4))

    page = await reviewer.submit(page.form("/4"), corrects=["1"], **{**WORKS, "spent": "40 000"})

    assert page.says("C’est publié", "40 000 DH")
    (first, second) = (await updates_of(site.web.database, edition.key))[4]
    assert (first.corrects, second.corrects) == (None, 1)


async def test_while_the_result_is_provisional_there_is_no_form(
    site: LiveSite, reviewer: Browser
) -> None:
    edition = await final_edition(site, days_ago=2)

    page = await reviewer.get(form_of(edition, 4))

    assert page.says("Les nouvelles commencent ensuite")
    assert all("delivery" not in form.action for form in page.forms())
    refused = await reviewer.post(form_of(edition, 4), {**WORKS, "after": "0"}, status=422)
    assert refused.says("Le résultat devient définitif le")


async def test_others_of_the_staff_are_told_that_it_is_not_theirs(
    site: LiveSite, clerk: Browser, neighbour: Browser, edition: Edition
) -> None:
    for path in ("/fr/staff/tiznit/delivery", form_of(edition, 4)):
        await clerk.get(path, status=403)
        await neighbour.get(path, status=404)
    await clerk.post(form_of(edition, 4), WORKS, status=403)


async def test_a_project_that_was_not_funded_has_no_form(
    site: LiveSite, reviewer: Browser, edition: Edition
) -> None:
    await reviewer.get(form_of(edition, 5), status=404)
    await reviewer.post(form_of(edition, 5), WORKS, status=404)
    await reviewer.get("/fr/staff/tiznit/delivery/1999/4", status=404)


async def test_today_reminds_fifteen_days_after_a_promise_and_leads_to_the_form(
    site: LiveSite, reviewer: Browser, clerk: Browser
) -> None:
    edition = await final_edition(site, days_ago=120, edition="2024")
    site.clock.move(timedelta(days=-75))
    for project in (1, 2, 3, 4):
        await say(site, edition, project)  # with a promise for sixty days later
    site.clock.move(timedelta(days=75))
    assert "projet 4" not in (await reviewer.get(TODAY)).text

    site.clock.move(timedelta(days=1))

    page = await reviewer.get(TODAY)
    assert page.says("Dire où en est le projet 4", "En retard", "8 novembre 2026")
    assert "projet 4" not in (await clerk.get(TODAY)).text
    form = await reviewer.follow(page, "projet 4")
    assert form.path == form_of(edition, 4)
    await reviewer.post(form.path, {**WORKS, "after": "1", "next_on": "01/06/2027"})
    assert "projet 4" not in (await reviewer.get(TODAY)).text


async def test_a_project_of_which_nothing_was_ever_said_is_due_as_well(
    site: LiveSite, reviewer: Browser
) -> None:
    await final_edition(site, days_ago=3 + 60 + 16)

    assert (await reviewer.get(TODAY)).says("Dire où en est le projet 1")


async def test_the_journal_tells_it_to_everybody(
    site: LiveSite, visitor: Browser, edition: Edition
) -> None:
    await say(site, edition, 4)
    await say(site, edition, 4, Status.WORKS, corrects=True, spent_cents=0)

    french = await visitor.get("/fr/c/tiznit/journal")
    arabic = await visitor.get("/ar/c/tiznit/journal")

    assert french.says("Une nouvelle du projet 4 a été publiée : Travaux en cours", "100 000 DH")
    assert french.says("Ce qui était dit du projet 4 a été corrigé")
    assert arabic.says("نُشر مستجد المشروع 4", "الأشغال جارية")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_pages_of_the_staff_can_be_read_in_every_language(
    site: LiveSite, reviewer: Browser, edition: Edition, lang: str
) -> None:
    await say(site, edition, 4, Status.LATE)
    await say(site, edition, 1, Status.ABANDONED)

    for path in (form_of(edition, 4, lang), form_of(edition, 1, lang), form_of(edition, 2, lang),
                 f"/{lang}/staff/tiznit/delivery", TODAY.replace("/fr/", f"/{lang}/")):  # fmt: skip
        page = await reviewer.get(path)
        assert weight(page.response) <= 30_000
    await reviewer.post(form_of(edition, 4, lang), {}, status=409)
    await reviewer.post(form_of(edition, 4, lang), {"after": "1"}, status=422)
