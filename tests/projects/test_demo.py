"""The demo's project stands as its own clock says."""

from __future__ import annotations

import pytest
from django.utils import timezone

from processes import demo as processes_demo
from procstd.calendars import demo as calendars_demo
from procstd.gates import Phase
from procstd.organisation import demo as organisation_demo
from projects import demo
from projects.models import Project
from projects.queries.portfolio import standing_of

pytestmark = pytest.mark.django_db


def test_the_demo_project_is_in_mapping_and_slips() -> None:
    organisation_demo.load()
    calendars_demo.load()
    processes_demo.load()

    made = demo.load()
    standing = standing_of(Project.objects.get(code=demo.CODE), at=timezone.now())

    assert made == 2
    assert standing.present == Phase.MAPPING
    assert (standing.closed[1].name_en, standing.project.overrides.count()) == ("Sun Yue", 0)
    assert demo.load() == 0
