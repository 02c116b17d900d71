"""Which address a request comes from. Only our own proxies are believed when they name another."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from pacto_participe.web.context import web_of

Network = IPv4Network | IPv6Network
UNIX_SOCKET = "unix"


@lru_cache(maxsize=8)
def networks(trusted_proxies: str) -> tuple[Network, ...]:
    """The proxies of a setting: addresses or networks with commas between. Raises ValueError."""
    names = [name.strip() for name in trusted_proxies.split(",")]
    return tuple(ip_network(name, strict=False) for name in names if name and name != UNIX_SOCKET)


def client_address(peer: str, forwarded_for: str, trusted_proxies: str) -> str:
    """The nearest address that is not one of our proxies.

    `X-Forwarded-For` is read from its end, where our proxies write, and never beyond the first
    address that is not theirs: what stands before it was written by whoever sent the request.
    """
    trusted = networks(trusted_proxies)
    from_socket = not peer and UNIX_SOCKET in {name.strip() for name in trusted_proxies.split(",")}
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    address = peer
    while hops and (from_socket or _is_one_of(address, trusted)):
        address = hops.pop()
        from_socket = False
    return address


def _is_one_of(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        return any(ip_address(address) in network for network in trusted)
    except ValueError:
        return False


def household(address: str) -> str:
    """What tries are counted by: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network(f"{address.split('%')[0]}/64", strict=False))
    return str(parsed)


def client_of(request: Request) -> str:
    """Whose tries a request counts as. Never kept or logged: it goes into a keyed fingerprint."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    trusted = web_of(request).settings.trusted_proxies
    return household(client_address(peer, forwarded, trusted))


def device_of(request: Request) -> str:
    """A browser and system one recognises one's own device by: "Firefox, Android"."""
    agent = request.headers.get("user-agent", "")
    browsers = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung", "Macintosh": "Mac"}
    found = [next((name for name in known if name in agent), "") for known in (browsers, systems)]
    return ", ".join(names.get(name, name) for name in found if name)
