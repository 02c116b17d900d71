"""Servers under measurement: the limits, our own, and a PostgreSQL of our own with fsync on."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.places import HERE, LIMITS, LIMITS_PYTHON, ROOT
from tests import postgres

SYNCED = (
    "-c listen_addresses='' -c fsync=on -c synchronous_commit=on -c max_connections=120"
    " -c shared_buffers=128MB"
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `pid_file` is how the load scripts find its processes."""

    port: int
    pid: int
    pid_file: Path

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def pss_mib(self) -> list[float]:
        """Proportional memory of each of its processes, the biggest first."""
        return sorted((_pss(pid) for pid in family(self.pid)), reverse=True)


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(
    name: str, command: list[str], *, port: int, folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start and wait until a request is answered. Output goes to a file beside the pid file."""
    HERE.mkdir(parents=True, exist_ok=True)
    with (HERE / f"{name}.log").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    (HERE / f"{name}.pid").write_text(f"{process.pid}\n")
    for _ in range(1200):
        if _answers(port):
            return process
        if process.poll() is not None:
            break
        time.sleep(0.05)
    stop(process)
    raise RuntimeError(f"{name} did not start:\n{(HERE / f'{name}.log').read_text()}")


def _answers(port: int) -> bool:
    """With several processes the port is open some seconds before the first of them is there."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            return False
        probe.settimeout(60)
        probe.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return bool(probe.recv(1))


def stop(process: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGTERM) -> None:
    """End a server and all its processes; only ever those that `start` started."""
    if process.poll() is None:
        os.killpg(process.pid, sign)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def _running(
    name: str, command: list[str], *, port: int, folder: Path, environment: Mapping[str, str]
) -> Iterator[Server]:
    process = start(name, command, port=port, folder=folder, environment=environment)
    try:
        yield Server(port, process.pid, HERE / f"{name}.pid")
    finally:
        stop(process)


@contextmanager
def limit(application: str, *, workers: int = 1, **environment: str) -> Iterator[Server]:
    """One of the prototypes: limit("vote:app", MODE="sqlite-group", DB=...)."""
    port = free_port()
    command = [
        LIMITS_PYTHON, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
        "--log-level", "warning",
    ]  # fmt: skip
    name = f"limit-{application.partition(':')[0]}-{environment.get('MODE', '')}"
    with _running(
        name, command, port=port, folder=LIMITS,
        environment={"PYTHONDONTWRITEBYTECODE": "1", **environment},
    ) as server:  # fmt: skip
        yield server


def ours_command(port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "pacto_participe", "serve", "--port", str(port),
        "--workers", str(workers),
    ]  # fmt: skip


def ours_environment(data: Path, port: int, database_url: str = "") -> dict[str, str]:
    return {
        "PACTO_MODE": "demo",
        "PACTO_DATA_DIR": str(data),
        "PACTO_DATABASE_URL": database_url,
        "PACTO_BASE_URL": f"http://127.0.0.1:{port}",
    }


@contextmanager
def ours(
    data: Path, *, workers: int = 1, database_url: str = "", name: str = "ours", **settings: str
) -> Iterator[Server]:
    """Our own server, as it is started in earnest: `serve`, with its worker beside the requests."""
    port = free_port()
    with _running(
        name, ours_command(port, workers), port=port, folder=ROOT,
        environment={**ours_environment(data, port, database_url), **settings},
    ) as server:  # fmt: skip
        yield server


@contextmanager
def synced_postgres() -> Iterator[tuple[postgres.Cluster, Path]]:
    """A PostgreSQL that keeps what it says it kept, and the file with its pid."""
    unsynced = postgres.OPTIONS
    postgres.OPTIONS = SYNCED
    try:
        with postgres.temporary_cluster() as cluster:
            yield cluster, cluster.socket_folder / "data" / "postmaster.pid"
    finally:
        postgres.OPTIONS = unsynced
