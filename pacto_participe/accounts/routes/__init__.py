"""Sign-in, my account, verified residence, and the counter."""

from pacto_participe.accounts.routes import account, counter, outbox, residence, sign_in, staff

ROUTES = (
    *sign_in.ROUTES,
    *account.ROUTES,
    *residence.ROUTES,
    *counter.ROUTES,
    *staff.ROUTES,
    *outbox.ROUTES,
)
