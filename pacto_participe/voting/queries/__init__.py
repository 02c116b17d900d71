"""Questions about votes. Every one says how many statements it sends."""

from pacto_participe.voting.queries.desks import (
    Desk,
    desk_of,
)
from pacto_participe.voting.queries.editions import (
    Edition,
    edition_for_all,
)
from pacto_participe.voting.queries.published import (
    PublishedFile,
    PublishedStamp,
    ResultEvent,
    published_file,
    published_list,
    published_result,
    published_stamp,
    result_events,
)
from pacto_participe.voting.queries.receipts import (
    ReceiptFound,
    receipt_by_code,
    receipts_anywhere,
)
from pacto_participe.voting.queries.recordings import (
    recorded_sound,
)
from pacto_participe.voting.queries.rolls import (
    moment_of_line,
    roll_lines,
    roll_of,
    rolls_to_freeze,
)
from pacto_participe.voting.queries.sealed import (
    SinceClose,
    area_contents_of,
    contents_of,
    since_close,
    turnout_of,
    voters_of_sealed,
)
from pacto_participe.voting.queries.votes import (
    Vote,
    frozen_rules,
    name_of_area,
    vote_by_edition,
    votes_of,
    votes_to_close,
)

__all__ = [
    "Desk",
    "Edition",
    "PublishedFile",
    "PublishedStamp",
    "ReceiptFound",
    "ResultEvent",
    "SinceClose",
    "Vote",
    "area_contents_of",
    "contents_of",
    "desk_of",
    "edition_for_all",
    "frozen_rules",
    "moment_of_line",
    "name_of_area",
    "published_file",
    "published_list",
    "published_result",
    "published_stamp",
    "receipt_by_code",
    "receipts_anywhere",
    "recorded_sound",
    "result_events",
    "roll_lines",
    "roll_of",
    "rolls_to_freeze",
    "since_close",
    "turnout_of",
    "vote_by_edition",
    "voters_of_sealed",
    "votes_of",
    "votes_to_close",
]
