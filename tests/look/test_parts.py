"""The parts of the design system: icons, pager, spans of time, statics."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from procstd.look.icons import ICONS, build_sprite
from procstd.look.npm import NpmFinder
from procstd.look.paging import page_of
from procstd.look.templatetags.look import device_name, in_words, page_numbers
from procstd.organisation.models import User
from tests.factories import PersonFactory

ROOT = Path(settings.BASE_DIR)


def test_the_sprite_holds_exactly_the_icons_in_use(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path

    text = build_sprite().read_text()

    assert re.findall(r'<symbol id="([^"]+)"', text) == sorted(ICONS)
    assert "<script" not in text


def test_every_icon_in_the_list_is_used_somewhere() -> None:
    sources = "".join(
        path.read_text()
        for folder in (
            "templates",
            "procstd",
            "processes",
            "surveys",
            "projects",
            "cases",
            "rollouts",
            "pilots",
            "audits",
            "improvements",
        )
        for path in [*(ROOT / folder).rglob("*.html"), *(ROOT / folder).rglob("*.py")]
        if path.name != "icons.py"
    )

    assert [name for name in ICONS if f'"{name}"' not in sources and f"'{name}'" not in sources] == []


def test_an_unknown_icon_is_found_when_the_page_is_tried() -> None:
    with pytest.raises(TemplateSyntaxError, match="no-such"):
        Template('{% icon "no-such" %}').render(Context())


def test_an_icon_speaks_only_with_a_label() -> None:
    assert 'aria-hidden="true"' in Template('{% icon "home" %}').render(Context())
    labelled = Template('{% icon "home" label %}').render(Context({"label": '"><script>'}))
    assert 'role="img"' in labelled
    assert "<script>" not in labelled


@pytest.mark.parametrize(
    ("span", "en", "zh"),
    [
        (timedelta(seconds=59), "less than a minute", "不到一分钟"),
        (timedelta(minutes=1), "1 min", "1 分钟"),
        (timedelta(hours=2, minutes=5), "2 h 5 min", "2 小时 5 分钟"),
        (timedelta(hours=3), "3 h", "3 小时"),
        (timedelta(days=1), "1 day", "1 天"),
        (timedelta(days=2, hours=1, minutes=30), "2 days 1 h", "2 天 1 小时"),
        (-timedelta(hours=26), "1 day 2 h", "1 天 2 小时"),
    ],
)
def test_a_span_is_said_in_two_units(span: timedelta, en: str, zh: str) -> None:
    assert in_words(span) == en
    with translation.override("zh-hans"):
        assert in_words(span) == zh


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "got"), [("1", 1), ("2", 2), ("99", 2), ("0", 2), ("-1", 2), ("x", 1), ("", 1)])
def test_a_page_out_of_range_is_the_nearest_one(asked: str, got: int) -> None:
    PersonFactory.create_batch(30)

    page = page_of(RequestFactory().get(f"/?page={asked}"), User.objects.all())

    assert page.number == got


def test_a_long_pager_has_gaps() -> None:
    assert page_numbers(Paginator(range(1000), 25), 10) == [1, None, 9, 10, 11, None, 40]
    assert page_numbers(Paginator(range(3), 25), 1) == [1]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/150.0 Safari/537 Edg/150.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) MicroMessenger/8.0", "WeChat · iPhone"),
        ("curl/8.0", "curl/8.0"),
    ],
)
def test_a_device_is_told_in_two_words(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_statics_come_out_of_node_modules_by_a_white_list() -> None:
    assert find("vendor/@tabler/core/dist/css/tabler.min.css")
    assert not find("vendor/@tabler/core/package.json")
    assert not find("vendor/@tabler/core/dist/css/../../package.json")
    assert NpmFinder().check() == []


def test_a_missing_package_is_told_with_the_way_out(settings: Any, tmp_path: Path) -> None:
    settings.NPM_ROOT = tmp_path

    assert [error.hint for error in NpmFinder().check()] == ["Run `make setup`."] * sum(
        map(len, settings.NPM_ASSETS.values())
    )
