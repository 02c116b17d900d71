"""P11: 24 staff sign in with their passwords at once: how late is the loop, how many in a second.

    python -m benchmarks.logins [--rounds 9]

Raw and product take turns: what `argon.py` of the limits calls logins with an executor of two, which is
verifications of one hash with the same parameters, awaited 24 at once by a loop that does nothing else but
tick every millisecond, then as many sign-ins over HTTP, 24 at once: each of the 24 signs in, and again as
soon as the answer is there. A second is that of a server at work: one burst of 24 would count the way of the
first request and that of the last answer too. The lag is measured in the server, by the same ticks. Each
round of sign-ins is held beside the raw ones before and after it, since the pace of a shared machine drifts;
the median of these ratios is the figure.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from itertools import pairwise

from benchmarks.rig.data import make
from benchmarks.rig.http import Connections
from benchmarks.rig.places import HERE, ROOT
from benchmarks.rig.race import verdict
from benchmarks.rig.servers import free_port, ours_environment, start, stop
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.passwords import hash_of
from pacto_participe.accounts.services.staff import add_staff
from pacto_participe.app import build_web
from pacto_participe.collectivities.queries import collectivity_by_slug
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work

AT_ONCE = 24
TIMES = 5  # in a row, each: a right password takes nothing from the tries of a contact
PASSWORD = "une phrase assez longue"
RAW = """
import asyncio, time
from concurrent.futures import ThreadPoolExecutor
from pacto_participe.accounts.services.passwords import _HASHER as hasher
made = hasher.hash("correct horse")
threads = ThreadPoolExecutor(2)

async def tick():
    while True:
        await asyncio.sleep(0.001)

async def log_in(times):
    for _ in range(times):
        await asyncio.get_running_loop().run_in_executor(threads, hasher.verify, made, "correct horse")

async def main():
    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(log_in(1) for _ in range(4)))
    begun = time.perf_counter()
    await asyncio.gather(*(log_in(TIMES) for _ in range(AT_ONCE)))
    print(AT_ONCE * TIMES / (time.perf_counter() - begun))

asyncio.run(main())
"""


async def hire(settings: Settings) -> None:
    """24 members of staff with one password each: one contact may try ten times in a quarter of an hour."""
    web = build_web(settings)
    hashed = await hash_of(PASSWORD)
    async with web.database.read() as session:
        town = (await collectivity_by_slug(session, "chefchaouen")).collectivity_id
    async with unit_of_work(web.database, web.clock, Actor(is_operator=True)) as uow:
        for number in range(AT_ONCE):
            contact = read_contact(f"staff{number}@example.ma")
            assert contact is not None
            await add_staff(uow, town, contact, Role.CLERK, hashed)
    await web.database.close()


async def sign_in_at_once(port: int) -> tuple[float, int]:
    """Sign-ins a second, and how many were not let in."""
    connections = Connections(port)

    async def sign_in(number: int) -> int:
        refused = 0
        for _ in range(TIMES):
            fields = [("email", f"staff{number}@example.ma"), ("password", PASSWORD)]
            answer = await connections.post("/fr/sign-in/password", fields, {})
            refused += not (answer.status == 303 and answer.cookie("session"))
        return refused

    begun = time.perf_counter()
    refused = await asyncio.gather(*(sign_in(number) for number in range(AT_ONCE)))
    seconds = time.perf_counter() - begun
    await connections.close()
    return AT_ONCE * TIMES / seconds, sum(refused)


def lag(port: int) -> dict[str, float]:
    """Since the last asking, in milliseconds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/lag") as answer:
        found: dict[str, float] = json.load(answer)
        return found


def raw() -> float:
    done = subprocess.run(
        [sys.executable, "-c", f"AT_ONCE, TIMES = {AT_ONCE}, {TIMES}\n{RAW}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    data = HERE / "logins"
    make(data, voters=0)
    asyncio.run(hire(Settings(mode="demo", data_dir=data)))
    port = free_port()
    server = start(
        "logins", [sys.executable, "-m", "benchmarks.rig.lagging", str(port)],
        port=port, folder=ROOT, environment=ours_environment(data, port),
    )  # fmt: skip
    limits, products, lags, shut = [], [], [], 0
    try:
        asyncio.run(sign_in_at_once(port))
        limits.append(raw())
        for _ in range(options.rounds):
            time.sleep(0.5)
            lag(port)
            per_second, refused = asyncio.run(sign_in_at_once(port))
            lags.append(lag(port))
            products.append(per_second)
            shut += refused
            limits.append(raw())
            print(
                f"raw {limits[-2]:5.1f} and {limits[-1]:5.1f} /s, sign-ins {per_second:5.1f} /s, refused "
                f"{refused}; lag p50 {lags[-1]['p50']:.1f} p99 {lags[-1]['p99']:.1f} "
                f"max {lags[-1]['max']:.1f} ms",
                flush=True,
            )
    finally:
        stop(server)
    p99 = statistics.median(each["p99"] for each in lags)
    share = statistics.median(
        2 * product / (before + after)
        for product, (before, after) in zip(products, pairwise(limits), strict=True)
    )
    good = [
        verdict("P11", "lag of the loop, p99 ms", p99, 15, at_most=True),
        verdict("P11", "sign-ins beside raw argon2 on two threads", share, 0.9),
        verdict("P11", "refused", shut, 0, at_most=True),
    ]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
