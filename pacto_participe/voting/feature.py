"""What voting brings: routes, words, the closing of votes, commands."""

from pacto_participe.voting import commands, jobs
from pacto_participe.voting.routes import (
    acts,
    agreed,
    ballot,
    can_i_vote,
    counting,
    desk,
    paper,
    public,
    receipts,
    recordings,
    recount,
    results,
    rolls,
    today,
    votes,
)
from pacto_participe.voting.services.retention import IMPERSONAL, KEPT
from pacto_participe.voting.wording import preparing, refusals
from pacto_participe.voting.wording import receipts as receipt_words
from pacto_participe.voting.wording.journal import JOURNAL
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import Feature, MenuEntry

FEATURE = Feature(
    "voting",
    # Routes are tried in this order; public pages are mostly answered before it matters (page_cache).
    routes=(
        *ballot.ROUTES,
        *receipts.ROUTES,
        *public.ROUTES,
        *recordings.ROUTES,
        *can_i_vote.ROUTES,
        *results.ROUTES,
        *recount.ROUTES,
        *paper.ROUTES,
        *counting.ROUTES,
        *rolls.ROUTES,
        *votes.ROUTES,
        *acts.ROUTES,
        *desk.ROUTES,
    ),
    wordings=(
        refusals.WORDING,
        receipt_words.WORDING,
        preparing.WORDING,
    ),
    turns=(jobs.freeze_rolls, jobs.close_votes),
    journal=JOURNAL,
    kept=KEPT,
    # The consultations and their projects have no manifest of their own yet.
    impersonal=(*IMPERSONAL, "consultation", "stage", "project"),
    today=(today.votes_now,),
    menu=(
        MenuEntry(_("Home"), "collectivity:home"),
        MenuEntry(_("Projects"), "voting:projects"),
        MenuEntry(_("The rules"), "voting:edition"),
        MenuEntry(_("Check a receipt"), "voting:receipts"),
        *votes.STAFF_PAGES,
        *desk.STAFF_PAGES,
        *rolls.STAFF_PAGES,
    ),
    commands=(commands.tally, commands.verify),
    acts=agreed.ACTS,
    subjects=agreed.SUBJECTS,
)
