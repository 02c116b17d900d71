"""Sign-in, my account, verified residence, and the counter."""

from pacto_participe.accounts.routes import (
    account,
    counter,
    letters,
    my_data,
    national,
    outbox,
    passkeys,
    queue,
    residence,
    second_factor,
    sheets,
    sign_in,
    staff,
)

ROUTES = (
    *sign_in.ROUTES,
    *second_factor.ROUTES,
    *passkeys.ROUTES,
    *account.ROUTES,
    *my_data.ROUTES,
    *residence.ROUTES,
    *national.ROUTES,
    *counter.ROUTES,
    *letters.ROUTES,
    *sheets.ROUTES,
    *queue.ROUTES,
    *staff.ROUTES,
    *outbox.ROUTES,
)
