"""Codes of people and accounts as sentences; the texts of messages and of the journal."""

from pacto_participe.accounts.wording import names, refusals

WORDINGS = (*names.WORDINGS, *refusals.WORDINGS)
