"""Two clicks on a button beside the plan keep one risk, one entry, one file."""

from __future__ import annotations

from typing import Any

import pytest

from procstd.files.models import StoredFile
from projects.models import Entry, Risk
from tests.clicks import click_twice, made_by, pdf
from tests.projects.desk import lead, project, staffed

pytestmark = pytest.mark.django_db
RISK = {
    "title_zh": "抵触", "title_en": "Resistance", "control_zh": "培训", "control_en": "Training", "likelihood": 2,
    "impact": 3, "owner": "", "reason": "From the workshop",
}  # fmt: skip
ENTRY = {"held_on": "2026-03-02", "title": "Weekly meeting", "people": "All", "text": "We go on."}


def test_a_risk_an_entry_and_a_file_are_kept_once(signed_in: Any) -> None:
    base = f"/projects/{staffed(project()).code}/"
    client = signed_in(lead())

    for tail, sent, kind in (
        ("risks/add/", RISK, Risk), ("write/meeting/", ENTRY, Entry), ("files/add/", {"file": pdf}, StoredFile),
    ):  # fmt: skip
        made = made_by(lambda tail=tail, sent=sent: click_twice(client, f"{base}{tail}", sent), kind)
        assert made == {kind.__name__: 1}


def test_other_words_are_another_entry_and_a_closed_risk_can_come_back(signed_in: Any) -> None:
    started = staffed(project())
    base = f"/projects/{started.code}/"
    client = signed_in(lead())
    client.post(f"{base}risks/add/", RISK)
    client.post(f"{base}write/meeting/", ENTRY)

    client.post(f"{base}write/decision/", ENTRY)
    client.post(f"{base}write/meeting/", {**ENTRY, "text": "We stop."})
    started.risks.update(is_open=False)
    client.post(f"{base}risks/add/", RISK)

    assert started.entries.count() == 3
    assert started.risks.filter(title_en="Resistance").count() == 2
