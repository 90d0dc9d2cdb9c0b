"""Speak to robots: apprise's plugins know tokens, signatures and limits, we know what was answered.

apprise takes a refusal told with HTTP 200 (a missing keyword, a wrong signature) for success, and
encodes DingTalk's signature twice; so what it would post goes through :func:`post_json` here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from apprise import AppriseAsset
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.errors import DomainError
from procstd.notices.domain.failures import Failure, brief
from procstd.notices.domain.outside import checked_address, is_allowed_inside, post_json
from procstd.notices.models import Kind, Robot

#: Whose robots live where. A private edition of them is allowed by PROCSTD_WEBHOOK_HOSTS.
HOSTS = {
    Kind.DINGTALK: {"oapi.dingtalk.com"},
    Kind.WECOM: {"qyapi.weixin.qq.com"},
    Kind.FEISHU: {"open.feishu.cn", "open.larksuite.com"},
}
#: Less than the least of the limits: 2048 bytes of WeCom, a Chinese sign being three.
_MOST_BYTES = 1900
_ASSET = AppriseAsset(app_id="procstd", app_desc="procstd", http_redirects=False)


class _Speaker:
    """Posts to the robot's own address, and hears whether it was accepted. Raises Failure."""

    robot_address = ""

    def say(self, payload: Mapping[str, Any], params: Mapping[str, str] | None = None) -> bool:
        answer = post_json(self.robot_address, payload, params=params)
        told = answer if isinstance(answer, dict) else {}
        code = next((told[name] for name in ("errcode", "code", "StatusCode") if name in told), None)
        if code != 0:
            words = brief(told.get("errmsg") or told.get("msg") or answer)
            raise Failure(filled(_("The robot refused: %(code)s %(words)s"), code=code, words=words))
        return True


class _DingTalk(_Speaker, NotifyDingTalk):
    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        params = None
        if self.secret:
            stamp, signature = self.get_signature()
            params = {"timestamp": stamp, "sign": unquote(signature)}
        return self.say({"msgtype": "text", "text": {"content": _joined(title, body)}}, params)


class _WeCom(_Speaker, NotifyWeComBot):
    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        return self.say({"msgtype": "text", "text": {"content": _joined(title, body)}})


class _Feishu(_Speaker, NotifyFeishu):
    signing_secret = ""

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": _joined(title, body)}}
        if self.signing_secret:
            stamp = str(int(timezone.now().timestamp()))
            digest = hmac.new(f"{stamp}\n{self.signing_secret}".encode(), digestmod=hashlib.sha256).digest()
            payload |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
        return self.say(payload)


def speak(robot: Robot, *, key: str, rule: str, title: str, body: str, url: str, at: datetime) -> None:
    """Send one message to *robot*. Raises Failure when it was not accepted."""
    if robot.kind == Kind.WEBHOOK:
        payload = {"key": key, "rule": rule, "title": title, "body": body, "url": url, "at": at.isoformat()}
        post_json(robot.address, payload, key=key, secret=robot.secret)
        return
    text = _clipped("\n".join(filter(None, (body, url))), _MOST_BYTES - len(title.encode()))
    speaker = speaker_of(Kind(robot.kind), robot.address, robot.secret)
    if not speaker.notify(body=text or title, title=title if text else ""):
        raise Failure(_("The message could not be prepared."))


def speaker_of(kind: Kind, address: str, secret: str) -> Any:
    """Return what speaks to the robot at *address*. Refuses, beside its field, what cannot be right."""
    parts = checked_address(address)
    host = str(parts.hostname)
    if host not in HOSTS[kind] and not is_allowed_inside(host):
        raise DomainError(
            filled(_("The address of such a robot begins with https://%(host)s/."), host=sorted(HOSTS[kind])[0]),
            field="address",
        )
    try:
        speaker = _made(kind, address, secret)
    except (AppriseImproperlyConfigured, TypeError) as error:
        raise DomainError(
            _("This is not a robot's whole address, or not its secret: copy both from the settings of the robot."),
            field="address",
        ) from error
    speaker.robot_address = address
    return speaker


def _made(kind: Kind, address: str, secret: str) -> Any:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if kind == Kind.DINGTALK:
        return _DingTalk(token=query.get("access_token"), secret=secret or None, asset=_ASSET)
    if kind == Kind.WECOM:
        return _WeCom(key=query.get("key"), asset=_ASSET)
    speaker = _Feishu(token=parts.path.rstrip("/").rsplit("/", 1)[-1], asset=_ASSET)
    speaker.signing_secret = secret
    return speaker


def _joined(title: str, body: str) -> str:
    return f"{title}\n{body}" if title else body


def _clipped(text: str, most: int) -> str:
    """Return *text*, cut at its end to at most so many bytes; the link at its end survives."""
    if len(text.encode()) <= most:
        return text
    head, _gap, link = text.rpartition("\n")
    room = max(most - len(link.encode()) - 4, 0)
    return f"{head.encode()[:room].decode(errors='ignore')}…\n{link}"
