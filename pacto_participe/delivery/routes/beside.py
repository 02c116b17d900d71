"""What stands of this feature on the pages of votes: the town's home, the results, a project."""

from pacto_participe.delivery import queries
from pacto_participe.delivery.pages import (
    BesideHome,
    BesideProject,
    BesideResults,
    Followed,
    counts_of,
)
from pacto_participe.delivery.routes.parts import funded_by, is_followed, is_published, lines_of
from pacto_participe.kernel.clock import next_midnight
from pacto_participe.voting.queries import Vote
from pacto_participe.web.beside import AskedBeside, Part

ON_THE_HOME = 3  # projects named there; the rest is a tap away
EDITIONS_TRIED = 2  # the last one may have funded nothing


async def on_the_home(asked: AskedBeside) -> Part | None:
    """The last edition with funded projects whose result is final.

    One statement, and one for each edition whose result was not read lately.
    """
    followed_votes = [vote for vote in asked.votes if is_followed(vote, asked.now)]
    for vote in followed_votes[:EDITIONS_TRIED]:
        lines = await _lines(asked, vote)
        if lines:
            shown = BesideHome(vote.charter, counts_of(lines), _named(lines))
            return Part("delivery/home.html", shown, next_midnight(asked.now))
    return None


def _named(lines: tuple[Followed, ...]) -> tuple[Followed, ...]:
    """Those that are late, then those of which there is most recently something to tell."""
    told = sorted(
        (line for line in lines if not line.progress.is_behind and line.progress.last),
        key=lambda line: line.progress.last_heard_on,
        reverse=True,
    )
    late = [line for line in lines if line.progress.is_behind]
    return (*late, *told)[:ON_THE_HOME]


async def under_the_results(asked: AskedBeside) -> Part | None:
    """Each winner. One statement once the result is final."""
    vote = asked.votes[0]
    if not is_published(vote, asked.now):
        return None
    lines = await _lines(asked, vote)
    if not lines:
        return None
    shown = BesideResults(vote.charter, is_followed(vote, asked.now), lines)
    return Part("delivery/results.html", shown, next_midnight(asked.now))


async def on_a_project(asked: AskedBeside) -> Part | None:
    """A project that was funded. At most two statements."""
    vote = asked.votes[0]
    if not is_published(vote, asked.now):
        return None
    for line in await _lines(asked, vote):
        if line.project.number == asked.number:
            shown = BesideProject(vote.charter, is_followed(vote, asked.now), line)
            return Part("delivery/beside_project.html", shown, next_midnight(asked.now))
    return None


async def _lines(asked: AskedBeside, vote: Vote) -> tuple[Followed, ...]:
    funded = await funded_by(asked.web, vote, asked.results.get(vote.charter.vote_id))
    is_final = is_followed(vote, asked.now)
    histories = (
        await queries.updates_of(asked.web.database, vote.key) if funded and is_final else {}
    )
    return lines_of(vote, funded, histories, asked.now)
