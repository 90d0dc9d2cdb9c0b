"""What went wrong is kept in both languages, in one line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled, in_each_language
from procstd.notices.domain.failures import Failure, brief


def test_a_failure_is_told_in_either_language_with_its_facts() -> None:
    failure = Failure(filled(_("“%(name)s” is not a time zone; for example “Asia/Shanghai”."), name="Mars/Olympus"))

    texts = in_each_language(failure.message)

    assert texts["en"] == "“Mars/Olympus” is not a time zone; for example “Asia/Shanghai”."
    assert "Mars/Olympus" in texts["zh"]
    assert texts["zh"] != texts["en"]


def test_what_another_machine_said_is_one_line_and_short() -> None:
    assert brief(b"5.1.1 no\r\nsuch\x00user \xff") == "5.1.1 no such user �"
    assert len(brief("x" * 1000)) == 160
