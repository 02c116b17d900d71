"""Every route has a door, and there is no way round the list of routes."""

import pytest
from starlette.routing import Match, Mount, Route

from pacto_participe.app import create_app
from pacto_participe.features import FEATURES
from pacto_participe.settings import Settings
from pacto_participe.web.routing import Door

SERVED_WITHOUT_A_DOOR = {"/static"}  # files that anyone may have


@pytest.fixture
def app(tmp_path, sqlite_url):
    return create_app(
        Settings(mode="test", data_dir=tmp_path, database_url=sqlite_url), background=False
    )


def test_every_route_has_a_door():
    open_ = [
        f"{address.method} {address.path} ({address.handler.__module__})"
        for feature in FEATURES
        for address in feature.routes
        if not isinstance(address.may, Door)
    ]

    assert not open_, f"Add may=anyone, signed_in or staff to: {open_}"


def test_nothing_is_served_that_no_feature_declares(app):
    declared = {
        f"/{{lang:lang}}{address.path}" if address.in_language else address.path
        for feature in FEATURES
        for address in feature.routes
    }

    served = {route.path for route in app.routes if isinstance(route, Route | Mount)}

    beside = served - declared - SERVED_WITHOUT_A_DOOR
    assert not beside, f"Declare them with get() or post() in a feature's ROUTES: {beside}"
    assert all(isinstance(route, Route | Mount) for route in app.routes)


def test_no_two_routes_share_a_name_for_different_paths():
    paths: dict[str, set[str]] = {}
    for feature in FEATURES:
        for address in feature.routes:
            paths.setdefault(address.name, set()).add(address.path)

    assert not {name: found for name, found in paths.items() if len(found) > 1}


def test_every_path_leads_to_its_own_page_whatever_is_tried_first(app):
    """Routes stand in the order of their rush, and the first that fits answers."""
    addresses = app.state.web.addresses
    for address in addresses.all:
        values = dict.fromkeys(addresses.places(address.name), "1")
        path = addresses.path(address.name, "fr", **values)
        scope = {"type": "http", "path": path, "method": address.method, "root_path": ""}
        fits = (route for route in app.routes if route.matches(scope)[0] is Match.FULL)

        assert next(fits).path.removeprefix("/{lang:lang}") == address.path
