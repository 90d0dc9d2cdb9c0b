"""The demo's standards: the next version of the complaint standard says what it changes, and could be released."""

from __future__ import annotations

import pytest

from processes.demo import load
from processes.domain.faulting import faults_in
from processes.domain.parsing import parse
from processes.domain.texts import text_of
from processes.domain.versions import redline_since_release, unexplained
from processes.models import Process
from procstd.organisation.demo import load as load_organisation

pytestmark = pytest.mark.django_db


def test_the_next_version_differs_in_limit_order_form_and_words_with_origins() -> None:
    load_organisation()
    assert load() > 0
    assert load() == 0

    draft = Process.objects.get(code="complaint").revisions.get(major=1, minor=1)
    found = redline_since_release(draft)

    assert found is not None
    assert faults_in(draft, parse(text_of(draft).data)) == []
    assert {"step:s4/limit", "step:s4/operation", "form:register/fields.batch"} <= set(found.anchors)
    assert [change.kind for change in found.changes if change.field == "order"] == ["moved"]
    assert [change.anchor for change in unexplained(found, draft.changes.all())] == ["step:s8/example"]
    assert draft.changes.count() == 3
    assert all(row.anchors for row in draft.changes.all())
    assert draft.number_reason
