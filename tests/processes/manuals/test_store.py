"""Files of manuals: made once by the worker, told by all that they say, made anew when that changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from processes import sweeps
from processes.domain.inforce import end_release
from processes.domain.releasing import MAKE_MANUALS
from processes.manuals import making, store
from processes.manuals.making import definitions_without_manuals, make_missing
from processes.manuals.store import EVERY, kept, make
from processes.models import Decision, Definition, Review, Reviewer, Rule, Verdict
from procstd import queueing
from procstd.documents import NotDrawable
from tests.factories import PersonFactory
from tests.manuals import read_of
from tests.standards import RELEASED_AT, released

pytestmark = pytest.mark.django_db


def _drawn(manual: Any, _standard: Any, _facts: Any) -> bytes:
    return b"%PDF- " + str(manual.stamp.state).encode()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    """Keep files in a folder of the test's; drawing is measured elsewhere, so here it takes no time."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(store, "manual_pdf", _drawn)
    monkeypatch.setattr(store, "manual_word", lambda manual, standard: b"PK")
    monkeypatch.setattr(store, "signed", lambda content, manual, facts: content + b" signed")
    monkeypatch.setattr(store, "certificate_mark", lambda: "mark")
    return tmp_path / "manuals"


def test_a_release_wakes_the_worker_for_its_manual(monkeypatch: Any) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(queueing, "_send", lambda name, args: woken.append((name, *args)))
    monkeypatch.setattr(queueing.transaction, "on_commit", lambda call: call())

    made = released()

    assert (MAKE_MANUALS, made.definition.pk) in woken
    assert sweeps.make_manuals.name == MAKE_MANUALS


def test_the_worker_makes_one_file_after_the_other_each_once(folder: Path, monkeypatch: Any) -> None:
    made = released()
    asked: list[int] = []
    monkeypatch.setattr(sweeps.make_manuals, "apply_async", asked.extend)
    sweeps.make_manuals(made.definition.pk)
    assert len(list(folder.iterdir())) == 1, "others get their turn in between"
    while asked:
        sweeps.make_manuals(asked.pop())
    first = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}

    sweeps.make_manuals(made.definition.pk)
    sweeps.make_manuals(4711)

    assert len(first) == len(EVERY) == 6
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == first


def test_the_sweep_finds_what_is_missing_and_nothing_else() -> None:
    now = timezone.now()
    made = released(at=now - timedelta(days=3))
    planned = released(code="planned", at=now, valid_from=now + timedelta(days=5))
    over = released(code="over", at=now - timedelta(days=3))
    end_release(over, by=None, at=now - timedelta(days=1), reason="Over")

    assert list(definitions_without_manuals(at=now, most=20)) == [planned.definition_id, made.definition_id]
    assert list(definitions_without_manuals(at=now, most=1)) == [planned.definition_id]
    make_missing(made.definition, at=now)
    assert list(definitions_without_manuals(at=now, most=20)) == [planned.definition_id]


def test_a_standard_whose_facts_cannot_be_read_keeps_no_other_manual_from_being_looked_for() -> None:
    now = timezone.now()
    made, broken = released(at=now - timedelta(days=3)), released(code="broken", at=now - timedelta(days=3))
    review = Review.objects.create(revision=broken.definition.revision, started_at=now)
    reviewer = Reviewer.objects.create(review=review, person=PersonFactory(), rule=Rule.HEAD)
    facts = {"verdict": Verdict.APPROVED, "answers": {"clear": {"text": "It is"}}, "sha256": "0" * 64, "at": now}
    Decision(reviewer=reviewer, by=reviewer.person, **facts).save()

    assert list(definitions_without_manuals(at=now, most=20)) == [made.definition_id]


def test_a_file_that_says_something_else_now_is_made_anew_and_the_old_one_goes(folder: Path) -> None:
    made = released()
    read = read_of(at=RELEASED_AT)
    first = make(read, "en", "pdf")
    assert first.read_bytes() == b"%PDF- In force signed"
    end_release(made, by=None, at=RELEASED_AT + timedelta(days=1), reason="Over")

    later = read_of(at=RELEASED_AT + timedelta(days=2))
    assert kept(later.revision, later.facts, "en", "pdf") is None
    second = make(later, "en", "pdf")

    assert second.read_bytes() == b"%PDF- Obsolete signed"
    assert list(folder.iterdir()) == [second]


def test_a_new_owner_a_new_address_and_a_new_look_are_other_files(settings: Any, monkeypatch: Any) -> None:
    from tests.factories import PersonFactory

    made = released()
    read = read_of()
    make(read, "en", "pdf")

    def is_kept() -> bool:
        found = read_of()
        return kept(found.revision, found.facts, "en", "pdf") is not None

    assert is_kept()
    with monkeypatch.context() as other:
        other.setattr(store, "_look", lambda: "another")
        assert not is_kept()
    settings.PUBLIC_URL = "https://elsewhere.example.com"
    assert not is_kept()
    make(read_of(), "en", "pdf")
    assert is_kept()
    made.process.owner = PersonFactory()
    made.process.save()
    assert not is_kept()


def test_an_altered_text_and_a_machine_without_libraries_stop_nothing_else(monkeypatch: Any, folder: Path) -> None:
    made = released()
    released(code="sound")

    def refuse(*_facts: Any) -> bytes:
        raise NotDrawable("no Pango")

    with monkeypatch.context() as other:
        other.setattr(store, "manual_pdf", refuse)
        assert make_missing(made.definition, at=RELEASED_AT) == 3  # the Word documents
    Definition.objects.filter(pk=made.definition.pk).update(content=made.definition.content + " ")
    altered = Definition.objects.get(pk=made.definition.pk)
    assert making.make_missing(altered, at=RELEASED_AT) == 0
    assert make_missing(Definition.objects.exclude(pk=altered.pk).get(), at=RELEASED_AT) == 6


def test_no_name_of_a_file_comes_from_outside() -> None:
    released()
    read = read_of()

    for choice, kind in (("../en", "pdf"), ("en", "../pdf"), ("", ""), ("en", "html")):
        with pytest.raises(ValueError, match="No manual is made"):
            kept(read.revision, read.facts, choice, kind)
