"""The features of the platform, and what they lend to the floors below."""

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts.feature import FEATURE as ACCOUNTS
from pacto_participe.approvals.feature import FEATURE as APPROVALS
from pacto_participe.audit.feature import FEATURE as AUDIT
from pacto_participe.collectivities import queries as collectivities
from pacto_participe.collectivities.feature import FEATURE as COLLECTIVITIES
from pacto_participe.delivery.feature import FEATURE as DELIVERY
from pacto_participe.kernel.errors import NotFound
from pacto_participe.storage.database import Database
from pacto_participe.voting.feature import FEATURE as VOTING
from pacto_participe.voting.queries import name_of_area
from pacto_participe.voting.services.having_voted import is_vote_open, open_ballots
from pacto_participe.web import front, guards, kept, retention, styleguide
from pacto_participe.web.beside import ShowBeside
from pacto_participe.web.context import Finders, Town
from pacto_participe.web.i18n import LANGUAGES
from pacto_participe.web.journal import Journal
from pacto_participe.web.manifest import Feature, MenuEntry, Perform, TellAbout
from pacto_participe.web.remembered import Remembered
from pacto_participe.web.sentences import Sentences

WEB = Feature(
    "web",
    routes=(*front.ROUTES, *styleguide.ROUTES),
    wordings=(guards.WORDING,),
    turns=(retention.forget_hourly,),
    journal=kept.JOURNAL,
    kept=kept.KEPT,
    impersonal=kept.IMPERSONAL,
)

FEATURES: tuple[Feature, ...] = (
    VOTING,
    WEB,
    COLLECTIVITIES,
    ACCOUNTS,
    APPROVALS,
    DELIVERY,
    AUDIT,
)
# The menu under each page, what is nearest to people first.
MENU: tuple[MenuEntry, ...] = (
    *VOTING.menu,
    *DELIVERY.menu,
    *AUDIT.menu,
    *ACCOUNTS.menu,
    *APPROVALS.menu,
    *COLLECTIVITIES.menu,
)

REMEMBERED_SECONDS = 30


def retention_register(chosen: str) -> retention.Register:
    """What the features hold about people, for how long here. Raises BadRetention."""
    kinds = [kind for feature in FEATURES for kind in feature.kept]
    return retention.Register(kinds, retention.read_periods(chosen))


def acts() -> dict[str, Perform]:
    """How each act is done that two people agreed on, by its name."""
    return {name: perform for feature in FEATURES for name, perform in feature.acts.items()}


def subjects() -> dict[str, TellAbout]:
    """How it is told what a request for a second person is about, by the name of the act."""
    return {name: tell for feature in FEATURES for name, tell in feature.subjects.items()}


def beside() -> dict[str, tuple[ShowBeside, ...]]:
    """What features show on pages of others, by the page."""
    spots = {spot for feature in FEATURES for spot in feature.beside}
    return {
        spot: tuple(feature.beside[spot] for feature in FEATURES if spot in feature.beside)
        for spot in spots
    }


def journal(sentences: Sentences) -> Journal:
    """How every event is told."""
    return Journal((feature.journal for feature in FEATURES), sentences)


class TownBook:
    """Slug -> town, remembered for half a minute: every request of a town asks."""

    def __init__(self) -> None:
        self._towns: Remembered[str, Town | None] = Remembered(seconds=REMEMBERED_SECONDS)

    async def find(self, database: Database, slug: str) -> Town | None:
        """At most one statement. None when no collectivity has this slug."""
        return await self._towns.get(slug, lambda: _town(database, slug))

    def forget(self, slug: str) -> None:
        """The town says something else of itself: here at once, elsewhere within half a minute."""
        self._towns.forget(slug)


async def _town(database: Database, slug: str) -> Town | None:
    try:
        async with database.read() as session:
            found, said = await collectivities.town_by_slug(session, slug)
    except NotFound:
        return None
    own = {"ar": said.name_ar, "zgh": said.name_ar, "fr": said.name_fr, "en": said.name_fr}
    return Town(
        collectivity_id=found.collectivity_id,
        slug=found.slug,
        names={code: own.get(code) or found.name(code) for code in LANGUAGES},
        phone=said.phone,
        taglines={"ar": said.tagline_ar, "fr": said.tagline_fr},
        mark=said.mark,
        language=said.language,
        cndp_number=said.cndp_number,
        counter=said.told("address"),
        hours=said.told("hours"),
    )


def finders() -> Finders:
    """What the web floor needs of the features, one set for each application."""
    book = TownBook()
    return Finders(
        actor_of_session=accounts.actor_of_session,
        town_of_slug=book.find,
        forget_town=book.forget,
        open_ballots=open_ballots,
        is_vote_open=is_vote_open,
        administrators=accounts.administrators,
        name_of_area=name_of_area,
    )
