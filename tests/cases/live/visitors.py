"""People at real web processes: they sign in, open pages, press buttons, and try again when a process dies."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path

PASSWORD = "procstd-demo"
#: What each step of the complaint answers when all goes well.
FORMS = {
    "s1": {"a_customer": "A", "a_contact": "a", "a_product": "HY-200", "a_problem": "It leaks"},
    "s2": {"a_grade": "normal"},
    "s3": {},
    "s4": {"a_cause": "Wear", "a_department": "production", "a_kind": "repair", "a_plan": "A new seal"},
    "s5": {"a_opinion": "Agreed"},
    "s6": {"a_confirmed": "yes"},
    "s7": {"a_done_on": "2026-03-05", "a_result": "It is tight"},
    "s8": {"a_satisfaction": "5"},
}  # fmt: skip
OUTCOMES = {
    "s1": "received", "s2": "graded", "s3": "assigned", "s4": "drafted", "s5": "approved", "s6": "answered",
    "s7": "done", "s8": "closed",
}  # fmt: skip
WORKERS = {
    "s1": "chen.jing", "s2": "zhao.min", "s3": "chen.jing", "s4": "wang.lei", "s5": "ma.jun", "s6": "chen.jing",
    "s7": "xu.hai", "s8": "chen.jing",
}  # fmt: skip


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


@dataclass
class Visitor:
    """One window of one person."""

    address: str
    name: str = ""
    cookies: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(_NoRedirect(), urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request; return status and text. Raises OSError when the process died meanwhile."""
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": self._token()}).encode() if data else None
        request = urllib.request.Request(f"{self.address}{path}", body, {"Accept-Language": "en"})
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()
        except HTTPException as error:
            raise OSError(str(error)) from error

    def _token(self) -> str:
        return next((cookie.value or "" for cookie in self.cookies if "csrf" in cookie.name), "")

    def upload(self, path: str, file: Path) -> str:
        """Send *file* as a browser does; return where the answer leads."""
        mark, dispose = "----procstd", "Content-Disposition: form-data; name="
        body = (
            f'--{mark}\r\n{dispose}"csrfmiddlewaretoken"\r\n\r\n{self._token()}\r\n'
            f'--{mark}\r\n{dispose}"file"; filename="{file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        ).encode()
        whole = body + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        try:
            with self._opener.open(urllib.request.Request(f"{self.address}{path}", whole, kind), timeout=60):
                return ""
        except urllib.error.HTTPError as answer:
            return answer.headers.get("Location", "")

    def sign_in(self) -> Visitor:
        """Sign in as a person of the demo, as often as it takes."""
        for _attempt in range(50):
            try:
                self.ask("/sign-in/")
                if self.ask("/sign-in/", {"username": self.name, "password": PASSWORD})[0] == 302:
                    return self
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"{self.name} cannot sign in.")

    def complete(self, task: int, key: str, outcome: str = "", **more: str) -> tuple[int, str]:
        """Press the button with which a task is completed."""
        return self.ask(f"/cases/tasks/{task}/", {**FORMS[key], "outcome": outcome or OUTCOMES[key], **more})

    def filed(self) -> str:
        """File a complaint on the public page as often as it takes; return its number. Sent twice it is one case."""
        key = ""
        while True:
            try:
                key = key or re.findall(r'name="request_key" value="(\w+)"', self.ask("/cases/public/complaint/")[1])[0]
                connection_answer = self.ask("/cases/public/complaint/", {**FORMS["s1"], "request_key": key})
            except OSError:
                time.sleep(0.1)
                continue
            assert connection_answer[0] == 302, connection_answer
            return key
