"""Whom the platform believes: one provider, its signature, this sign-in, now. Everything else is untrue."""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from json import dumps
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.settings import Settings
from pacto_participe.web import openid
from pacto_participe.web.national import ProviderDown, ProviderUntrue, Ties
from pacto_participe.web.openid import OpenIdProvider
from tests.national_provider import CLIENT_ID, CLIENT_SECRET, LocalProvider, new_key

ISSUER = "https://identity.example.ma"
TIES = Ties("s" * 43, "n" * 43, "v" * 43, "https://town.example.ma/residence/national")
CARD, BORN = "BE123456", "1987-03-12"
ANOTHER_KEY = new_key()


@pytest.fixture
def clock():
    return FrozenClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def state(clock):
    """The provider of the State."""
    return LocalProvider(ISSUER, now=clock.now)


@pytest.fixture
def ours(state, clock):
    """What the platform asks it with."""
    return platform(state, clock)


def platform(state, clock, **more):
    settings = Settings(
        mode="test",
        national_sign_in=True,
        national_issuer=ISSUER,
        national_client_id=CLIENT_ID,
        national_client_secret=CLIENT_SECRET,
        **more,
    )
    transport = httpx2.ASGITransport(app=state.app)
    return OpenIdProvider(settings, CLIENT_SECRET, clock, transport=transport)


async def signed_in(state, ours, ties=TIES, **more):
    """Away and back: what the address of the return says."""
    address = await ours.address(ties, language="ar")
    back = state.agreed(address, CARD, BORN, **more)
    return dict(parse_qsl(urlsplit(back).query))


async def proved(state, ours, ties=TIES):
    said = await signed_in(state, ours, ties)
    return await ours.proved(ties, said["code"], said["iss"])


async def test_the_number_and_the_birth_date_come_back(state, ours):
    found = await proved(state, ours)

    assert (found.card, found.birth_date) == (CARD, BORN)
    assert CARD not in repr(found)


async def test_the_request_says_what_is_asked_and_of_nobody(ours):
    address = await ours.address(TIES, language="ar")

    assert address.startswith(f"{ISSUER}/authorize?")
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == [TIES.redirect_uri]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid profile"]
    assert asked["ui_locales"] == ["ar"]
    assert TIES.verifier not in address


async def test_claims_that_are_given_only_on_asking_are_asked_for(state, ours):
    state.tells_on_asking = True

    assert (await proved(state, ours)).card == CARD
    assert state.requests[-1] == "userinfo"


async def test_claims_of_another_subject_are_not_taken(state, ours):
    state.tells_on_asking = True
    state.change = lambda claims: {**claims, "sub": "somebody else"}

    with pytest.raises(ProviderUntrue, match="somebody else"):
        await proved(state, ours)


async def test_an_installation_names_the_claims(state, clock):
    state.change = lambda claims: {**claims, "national_id": "JT1", "born": "1990-01-01"}
    ours = platform(
        state, clock, national_card_claim="national_id", national_birth_date_claim="born"
    )

    found = await proved(state, ours)

    assert (found.card, found.birth_date) == ("JT1", "1990-01-01")


async def test_a_claim_that_is_no_text_is_as_if_it_were_not_there(state, ours):
    state.change = lambda claims: {**claims, "cnie": ["BE1"], "birthdate": 1987}

    found = await proved(state, ours)

    assert (found.card, found.birth_date) == ("", "")


# What is not believed


def with_header(**header):
    def sign(provider, claims):
        return jwt.encode({"alg": "RS256", "kid": provider.key.kid, **header}, claims, provider.key)

    return sign


def part(value):
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def unsigned(provider, claims):
    return f"{part(dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{part(dumps(claims).encode())}."


def by_the_public_key_as_a_secret(provider, claims):
    """The oldest trick: the key that everybody may read, used as if it were shared by two."""
    head = {"alg": "HS256", "kid": provider.key.kid, "typ": "JWT"}
    signed = f"{part(dumps(head).encode())}.{part(dumps(claims).encode())}"
    secret = provider.key.as_pem(private=False)
    return f"{signed}.{part(hmac.new(secret, signed.encode(), 'sha256').digest())}"


def by_the_clients_secret(provider, claims):
    secret = OctKey.import_key(CLIENT_SECRET)
    return jwt.encode({"alg": "HS256"}, claims, secret, ["HS256"])


def by_another_key(provider, claims):
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, ANOTHER_KEY)


def by_an_unknown_key(provider, claims):
    return jwt.encode({"alg": "RS256", "kid": "unheard-of"}, claims, ANOTHER_KEY)


def with_changed_claims(provider, claims):
    head, _, signature = with_header()(provider, claims).split(".")
    body = unsigned(provider, {**claims, "cnie": "JT1"}).split(".")[1]
    return f"{head}.{body}.{signature}"


LYING_SIGNATURES = {
    "unsigned": unsigned,
    "the public key as a shared secret": by_the_public_key_as_a_secret,
    "the secret of the client": by_the_clients_secret,
    "another key under the same name": by_another_key,
    "an unknown key": by_an_unknown_key,
    "changed after signing": with_changed_claims,
    "an access token": with_header(typ="at+jwt"),
    "a logout token": with_header(typ="logout+jwt"),
    "no token at all": lambda provider, claims: "nonsense",
}


@pytest.mark.parametrize("lie", LYING_SIGNATURES.values(), ids=LYING_SIGNATURES)
async def test_a_token_that_is_not_signed_as_it_should_be_is_untrue(state, ours, lie):
    state.sign = lie

    with pytest.raises(ProviderUntrue):
        await proved(state, ours)


NOW = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp())
LYING_CLAIMS = {
    "another issuer": {"iss": "https://evil.example"},
    "the issuer with a slash more": {"iss": ISSUER + "/"},
    "no issuer": {"iss": None},
    "for another client": {"aud": "another"},
    "for us and another": {"aud": [CLIENT_ID, "another"]},
    "for nobody": {"aud": None},
    "asked for by another": {"azp": "another"},
    "of another sign-in": {"nonce": "m" * 43},
    "without nonce": {"nonce": None},
    "expired": {"exp": NOW - 61},
    "without an end": {"exp": None},
    "made tomorrow": {"iat": NOW + 86_400, "exp": NOW + 86_500},
    "made yesterday": {"iat": NOW - 86_400},
    "not valid yet": {"nbf": NOW + 600},
    "about nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LYING_CLAIMS.values(), ids=LYING_CLAIMS)
async def test_a_token_of_another_purpose_time_or_party_is_untrue(state, ours, lie):
    def change(claims):
        return {name: value for name, value in {**claims, **lie}.items() if value is not None}

    state.change = change

    with pytest.raises(ProviderUntrue):
        await proved(state, ours)


async def test_a_token_for_us_alone_may_say_so_in_a_list(state, ours):
    state.change = lambda claims: {**claims, "aud": [CLIENT_ID], "azp": CLIENT_ID}

    assert (await proved(state, ours)).card == CARD


async def test_a_code_is_good_for_once(state, ours):
    said = await signed_in(state, ours)
    await ours.proved(TIES, said["code"], said["iss"])

    with pytest.raises(ProviderUntrue, match="code"):
        await ours.proved(TIES, said["code"], said["iss"])


async def test_a_stolen_code_is_nothing_without_its_verifier(state, ours):
    said = await signed_in(state, ours)
    thief = Ties(TIES.state, TIES.nonce, "w" * 43, TIES.redirect_uri)

    with pytest.raises(ProviderUntrue, match="code"):
        await ours.proved(thief, said["code"], said["iss"])


@pytest.mark.parametrize("sender", ["", "https://evil.example"])
async def test_an_answer_that_another_provider_sent_is_not_exchanged(state, ours, sender):
    said = await signed_in(state, ours)

    with pytest.raises(ProviderUntrue, match="another issuer"):
        await ours.proved(TIES, said["code"], sender)

    assert "token" not in state.requests


# What it says of itself


async def test_a_new_key_is_looked_for_once(state, ours, clock):
    await proved(state, ours)
    state.key = new_key()
    clock.move(timedelta(minutes=2))

    assert (await proved(state, ours)).card == CARD
    assert state.requests.count("keys") == 2
    assert state.requests.count("description") == 1


async def test_who_makes_up_names_of_keys_does_not_make_us_ask_each_time(state, ours, clock):
    await proved(state, ours)
    clock.move(timedelta(minutes=2))
    state.sign = by_an_unknown_key

    for _ in range(5):
        with pytest.raises(ProviderUntrue):
            await proved(state, ours)

    assert state.requests.count("keys") == 2


async def test_the_description_is_read_again_after_an_hour(state, ours, clock):
    await proved(state, ours)
    await proved(state, ours)
    assert state.requests.count("description") == 1

    clock.move(timedelta(hours=1))
    await proved(state, ours)

    assert state.requests.count("description") == 2


ELSEWHERE = {
    "authorization_endpoint": ["https://evil.example/authorize", "javascript:alert(1)", None],
    "token_endpoint": ["http://169.254.169.254/latest", "https://identity.example.ma:8443/token",
                       "https://identity.example.ma@evil.example/token", "file:///etc/passwd"],
    "jwks_uri": ["http://identity.example.ma/jwks", "//evil.example/jwks", ["https://evil.example"],
                 "https://identity.example.ma:x/jwks"],
    "userinfo_endpoint": ["http://127.0.0.1/userinfo"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "address"), [(name, place) for name, places in ELSEWHERE.items() for place in places]
)
async def test_no_other_machine_is_asked_whatever_the_description_says(state, ours, name, address):
    state.metadata = {name: address}
    state.tells_on_asking = True

    with pytest.raises(ProviderUntrue, match=name):
        await proved(state, ours)


async def test_a_description_of_another_issuer_is_untrue(state, ours):
    state.metadata = {"issuer": "https://evil.example"}

    with pytest.raises(ProviderUntrue, match="another issuer"):
        await ours.address(TIES, language="fr")


async def test_a_provider_that_does_not_answer_is_down_and_then_back(state, ours):
    state.is_down = True
    with pytest.raises(ProviderDown):
        await ours.address(TIES, language="fr")

    state.is_down = False
    said = await signed_in(state, ours)
    state.is_down = True
    with pytest.raises(ProviderDown):
        await ours.proved(TIES, said["code"], said["iss"])


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(302, headers={"Location": "http://127.0.0.1/"}),
        httpx2.Response(200, content=b"<html>"),
        httpx2.Response(200, content=b"[1]"),
        httpx2.Response(200, content=b"\xff\xfe"),
        httpx2.Response(200, content=b" " * 300_000),
    ],
    ids=["redirect", "page", "list", "bytes", "flood"],
)
async def test_an_answer_that_is_no_description_is_refused_and_no_redirect_followed(
    state, clock, response
):
    asked = []

    def answer(request):
        asked.append(str(request.url))
        return response

    ours = platform(state, clock)
    ours._transport = httpx2.MockTransport(answer)

    with pytest.raises((ProviderDown, ProviderUntrue)):
        await ours.address(TIES, language="fr")
    assert asked == [f"{ISSUER}/.well-known/openid-configuration"]


async def test_a_provider_that_answers_a_letter_at_a_time_is_down(state, clock, monkeypatch):
    async def drip():
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    monkeypatch.setattr(openid, "LONGEST_SECONDS", 0.1)
    ours = platform(state, clock)
    ours._transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=drip()))

    with pytest.raises(ProviderDown):
        await ours.address(TIES, language="fr")


async def test_a_network_that_fails_is_a_provider_that_is_down(state, clock):
    def fail(request):
        raise httpx2.ConnectTimeout("too slow")

    ours = platform(state, clock)
    ours._transport = httpx2.MockTransport(fail)

    with pytest.raises(ProviderDown):
        await ours.address(TIES, language="fr")
