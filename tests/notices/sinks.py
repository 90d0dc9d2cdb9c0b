"""Real servers of a few lines, for deliveries to arrive at: one speaks SMTP, one HTTP."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SmtpSink:
    """Takes mails and keeps them; can refuse recipients, and be slow to say that it has accepted.

    A mail is kept before the answer is given: whoever is killed while waiting has sent it all the same.
    """

    def __init__(self, *, refuse: Callable[[str], str] = lambda recipient: "", slow_after_accept: float = 0) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse, self.slow_after_accept = refuse, slow_after_accept
        sink = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink._talk(self.rfile, lambda line: self.wfile.write(line.encode() + b"\r\n"))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _talk(self, lines: Any, say: Callable[[str], Any]) -> None:
        say("220 sink")
        for line in lines:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                say("354 go on")
                body = b"".join(iter(lambda: next(lines), b".\r\n"))
                self.mails.append(message_from_bytes(body, policy=default))
                time.sleep(self.slow_after_accept)
                say("250 accepted")
            elif word == b"RCPT":
                say(self.refuse(line.decode()) or "250 ok")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    @property
    def keys(self) -> list[str]:
        """The Message-IDs, in the order in which the mails came."""
        return [str(mail["Message-ID"]) for mail in list(self.mails)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class HttpSink:
    """Keeps what is posted to it: path, headers, decoded body. Answers what it is told to."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], Any]] = []
        self.raw: list[bytes] = []
        self.status, self.answer, self.wait = 200, b'{"errcode": 0, "errmsg": "ok"}', 0.0
        self.headers: dict[str, str] = {}
        sink = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.raw.append(body)
                sink.posts.append((self.path, dict(self.headers), json.loads(body)))
                time.sleep(sink.wait)
                self.send_response(sink.status)
                for name, value in sink.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(sink.answer)

            def log_message(self, *args: Any) -> None:
                """Say nothing: the tests look at what was kept."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
