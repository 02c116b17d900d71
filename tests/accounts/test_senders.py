"""Messages that really leave: by mail and by a gateway."""

import asyncio
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller

from pacto_participe.settings import Settings
from pacto_participe.web import senders as senders_module
from pacto_participe.web.senders import (
    SENT_AT_ONCE,
    FileSender,
    HttpSms,
    SmtpMail,
    make_senders,
    written_messages,
)

PATIENCE = 5  # of a thread that is to be let go by the test itself


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Mailbox:
    """A mail server that keeps what it gets."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.letters.append(envelope)
        return "250 kept"


@pytest.fixture
def mailbox():
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp://127.0.0.1:{port}?from=no-reply@example.ma"
    yield box
    server.stop()


async def test_mail_goes_out_in_arabic_with_its_subject(mailbox):
    await SmtpMail(mailbox.url).send(
        "fatima@example.ma", "رمز الدخول: 482913", subject="رمز الدخول"
    )

    (letter,) = mailbox.letters
    assert letter.rcpt_tos == ["fatima@example.ma"]
    assert letter.mail_from == "no-reply@example.ma"
    assert b"Subject: =?utf-8?" in letter.content


async def test_a_mail_server_that_is_away_is_an_error_for_the_job():
    with pytest.raises(OSError):  # noqa: PT011  what the job retries on
        await SmtpMail(f"smtp://127.0.0.1:{free_port()}").send("a@b.ma", "x")


@pytest.fixture
def gateway():
    got = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            got.append((self.path, self.headers.get("authorization"), parse_qs(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            """Nothing on the terminal of the tests."""

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, got
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_text_message_is_a_form_to_the_gateway(gateway):
    port, got = gateway

    sms = HttpSms(f"http://commune:se%40cret@127.0.0.1:{port}/send?from=Ajdir")
    await sms.send("+212612345678", "رمز الدخول: 482913")

    ((path, authorization, fields),) = got
    assert path == "/send"
    assert authorization == "Basic Y29tbXVuZTpzZUBjcmV0"
    assert fields == {"to": ["+212612345678"], "text": ["رمز الدخول: 482913"], "from": ["Ajdir"]}


@pytest.fixture
def silence(monkeypatch):
    """A gateway that takes what is posted and says nothing, until this is set."""
    silence = threading.Event()
    monkeypatch.setattr(HttpSms, "_post", lambda *_: silence.wait(PATIENCE))
    yield silence
    silence.set()


async def test_a_gateway_that_hangs_keeps_no_thread_from_others(silence):
    sms = HttpSms("http://gateway.example.ma/")
    posts = [asyncio.create_task(sms.send("+212612345678", "1")) for _ in range(SENT_AT_ONCE)]
    await asyncio.sleep(0)

    assert await asyncio.to_thread(lambda: "served") == "served"

    assert not any(post.done() for post in posts)
    silence.set()
    await asyncio.gather(*posts)


async def test_a_text_message_is_given_up_as_a_whole(silence, monkeypatch):
    monkeypatch.setattr(senders_module, "TIMEOUT_SECONDS", 0)

    with pytest.raises(TimeoutError):
        await HttpSms("http://gateway.example.ma/").send("+212612345678", "1")

    assert not silence.is_set()


async def test_so_is_a_letter_whose_server_answers_a_little_at_a_time(monkeypatch):
    async def a_little_at_a_time(*_letter, **_server):
        for _ in range(10):
            await asyncio.sleep(0.1)

    monkeypatch.setattr("aiosmtplib.send", a_little_at_a_time)
    monkeypatch.setattr(senders_module, "TIMEOUT_SECONDS", 0)

    with pytest.raises(TimeoutError):
        await SmtpMail("smtp://mail.example.ma").send("fatima@example.ma", "1")


async def test_the_demonstration_writes_files_that_only_its_user_reads(tmp_path, clock):
    senders = make_senders(Settings(mode="demo", data_dir=tmp_path), clock)
    assert isinstance(senders.sms, FileSender)
    assert isinstance(senders.mail, FileSender)

    await senders.sms.send("+212612345678", "1")
    await asyncio.sleep(0.01)
    await senders.mail.send("a@b.ma", "2", subject="s")

    found = list(written_messages(tmp_path / "outbox"))
    assert [message.text for message in found] == ["2", "1"]
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0
    assert all(json.loads(file.read_text()) for file in (tmp_path / "outbox").iterdir())


async def test_whoever_reads_the_outbox_meanwhile_finds_whole_messages(tmp_path, clock):
    """The page of the demonstration, or a test, while the worker writes."""
    sender = FileSender(tmp_path / "outbox", "sms", clock)
    writing = True

    def read() -> int:
        seen = 0
        while writing:
            seen += len(list(written_messages(tmp_path / "outbox")))
        return seen

    reader = asyncio.create_task(asyncio.to_thread(read))
    for number in range(200):
        await sender.send(f"+2126{number:08}", "x" * 20_000)
        await asyncio.sleep(0)
    writing = False

    assert await reader > 0
