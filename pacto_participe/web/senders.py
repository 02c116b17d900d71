"""Text messages and mail leave by here. In the demonstration they are written to files instead.

    PACTO_SMS_URL   https://name:password@gateway.example.ma/send?from=Commune   (POST: to, text, from)
    PACTO_MAIL_URL  smtps://name:password@mail.example.ma:465?from=no-reply@example.ma
                    smtp://… speaks TLS after STARTTLS when the server offers it

Nothing is sent inside a transaction: a job sends after the commit.
"""

import asyncio
import base64
import json
import secrets
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from pacto_participe.kernel.clock import Clock
from pacto_participe.settings import Settings

SMS_ARABIC_LETTERS = 70  # one message in Arabic; more costs the town two
TIMEOUT_SECONDS = 20  # for a message as a whole; the worker's leases follow from it
SENT_AT_ONCE = 16
# Threads of their own: a gateway that hangs fills these, and nobody else waits for one.
_POSTS = ThreadPoolExecutor(max_workers=SENT_AT_ONCE, thread_name_prefix="sms")
OUTBOX = "outbox"
MOST_SHOWN = 20


class Sender(Protocol):
    """Takes a text to an address. Raises OSError (or a subclass) when it cannot: the job tries again."""

    async def send(self, to: str, text: str, *, subject: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Senders:
    """One sender for each way to reach people."""

    sms: Sender
    mail: Sender


@dataclass(frozen=True, slots=True)
class Written:
    """A message that the file sender wrote."""

    at: datetime
    way: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class FileSender:
    """Writes each message to a file of its own, for the demonstration and the tests."""

    folder: Path
    way: str
    clock: Clock

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """One small file; the name sorts by time."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = self.clock.now()
        file = self.folder / f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}.json"
        message = {
            "at": now.isoformat(), "way": self.way, "to": to, "subject": subject, "text": text,
        }  # fmt: skip
        draft = file.with_suffix(
            ".draft"
        )  # whoever reads the folder meanwhile finds whole messages
        draft.write_text(json.dumps(message, ensure_ascii=False), encoding="utf-8")
        draft.rename(file)


def written_messages(folder: Path, *, most: int = MOST_SHOWN) -> Iterator[Written]:
    """What the file sender wrote, the newest first."""
    newest = sorted(folder.glob("*.json"), key=lambda file: -file.stat().st_mtime_ns)
    for file in newest[:most]:
        message = json.loads(file.read_text(encoding="utf-8"))
        yield Written(**{**message, "at": datetime.fromisoformat(message["at"])})


@dataclass(frozen=True, slots=True)
class HttpSms:
    """A gateway that takes a form by POST: to, text, and whatever the address's query adds."""

    url: str

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """Raises OSError; urllib's errors are that, and TimeoutError is.

        urllib waits as long for each answer of the network; here it is for all of them. The post of who
        no longer waits is not begun; one that was begun may still leave.
        """
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await asyncio.get_running_loop().run_in_executor(_POSTS, self._post, to, text)

    def _post(self, to: str, text: str) -> None:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        target = f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
        more = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = urllib.request.Request(  # noqa: S310  the operator's own address, https or http
            target, data=urlencode({**more, "to": to, "text": text}).encode(), method="POST"
        )
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310  the same
            pass


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """A mail server, by its address."""

    url: str

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """Raises aiosmtplib's errors, of which the first is OSError's kin: the job tries again."""
        import aiosmtplib  # only by those who have a mail server, and not at the start

        parts = urlsplit(self.url)
        message = EmailMessage()
        message["From"] = parse_qs(parts.query).get("from", ["no-reply@localhost"])[0]
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        is_tls = parts.scheme == "smtps"
        async with asyncio.timeout(TIMEOUT_SECONDS):  # for all answers; theirs is for each
            await aiosmtplib.send(
                message,
                hostname=parts.hostname,
                port=parts.port or (465 if is_tls else 25),
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=is_tls,
                timeout=TIMEOUT_SECONDS,
            )


def outbox_of(settings: Settings) -> Path:
    """Where the file sender writes."""
    return settings.data_dir / OUTBOX


def make_senders(settings: Settings, clock: Clock) -> Senders:
    """Real ones where an address is given, files otherwise (production requires the addresses)."""
    folder = outbox_of(settings)
    sms = HttpSms(settings.sms_url) if settings.sms_url else FileSender(folder, "sms", clock)
    mail = SmtpMail(settings.mail_url) if settings.mail_url else FileSender(folder, "mail", clock)
    return Senders(sms=sms, mail=mail)
