"""What people do with accounts: sign in, become a verified resident, keep a list, give roles."""

from pacto_participe.accounts.services.closing import close_account
from pacto_participe.accounts.services.counter import end_residence, find_resident
from pacto_participe.accounts.services.people import (
    describe_person,
    end_session,
    sign_out,
    sign_out_everywhere,
    start_session,
)
from pacto_participe.accounts.services.presence import Present, identify
from pacto_participe.accounts.services.residence import (
    Activated,
    Slip,
    activate_slip,
    issue_slip,
    match_list,
)
from pacto_participe.accounts.services.tries import identity_tries

__all__ = [
    "Activated",
    "Present",
    "Slip",
    "activate_slip",
    "close_account",
    "describe_person",
    "end_residence",
    "end_session",
    "find_resident",
    "identify",
    "identity_tries",
    "issue_slip",
    "match_list",
    "sign_out",
    "sign_out_everywhere",
    "start_session",
]
