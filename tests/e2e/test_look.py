"""Axe reads every page: light and dark, at the desk and on the phone; one page in English, the next in Chinese.

With PROCSTD_SHOTS=folder every page is read in both languages, and photographed for people to look at.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import VIEWPORTS
from tests.e2e.looks import EVERY_RULE, serious
from tests.stack import ROOT, Stack

PAGES = [
    "/", "/people/", "/people/zhao.min/", "/people/add/", "/departments/", "/departments/service/", "/posts/",
    "/posts/service-agent/", "/substitutes/", "/substitutes/add/", "/sheets/", "/sheets/people/import/", "/jobs/",
    "/notices/", "/notices/?show=all", "/notices/preferences/", "/notices/deliveries/", "/notices/robots/",
    "/notices/robots/add/", "/notices/mails/",
    "/account/", "/account/password/", "/account/sessions/", "/account/tokens/", "/projects/", "/processes/",
    "/cases/C-000055/", "/cases/C-000010/", "TASK", "/cases/clocks/1/", "/cases/clocks/watch/",
    "/cases/clocks/1/more-time/", "/cases/clocks/1/dealt-with/", "/cases/C-000055/grade/", "/cases/holds/1/decide/",
    "/cases/more-time/1/decide/", "HOLD", "WAIT", "EXCEPTION", "/cases/open/", "/cases/open/complaint/",
    "/cases/", "/cases/wall/", "/cases/wall/?screen=1", "/cases/exceptions/", "WEEK",
    "/cases/all/", "REOPEN", "RECALENDAR",
    "/cases/import/complaint/", "/processes/add/", "/processes/complaint/", "/processes/complaint/1.0/manual/",
    "/processes/complaint/draft/", "/processes/complaint/1.0/release/", "/processes/complaint/releases/1/end/",
    "/processes/expense/1.0/", "/processes/expense/1.0/parts/totals/", "/processes/expense/1.0/parts/thresholds/",
    "/processes/expense/1.0/parts/clockwork/", "/processes/expense/1.0/parts/exceptions/",
    "/processes/expense/1.0/write/", "/processes/expense/1.0/write/changes/",
    "/processes/expense/1.0/write/steps/s2/", "/processes/expense/1.0/forms/claim/build/",
    "/processes/expense/1.0/steps/s2/", "/processes/expense/1.0/release/", "/processes/expense/1.0/manual/",
    "/processes/complaint/1.0/review/", "/processes/expense/1.0/review/start/", "/processes/expense/1.0/checker/",
    "/processes/complaint/1.0/chart/", "/processes/expense/1.0/chart/import/", "/processes/expense/1.0/chart/expert/",
    "/processes/starters/", "/processes/starters/contract-approval/", "/processes/order/draft/order-handling/",
    "/processes/complaint/1.0/raci/", "/processes/expense/1.0/raci/", "/processes/pack/", "/processes/pack/expired/",
    "/processes/pack/read/complaint/1.0/",
    "/processes/expense/1.0/import/", "/processes/expense/1.0/parts/glossary/",
    "/processes/expense/1.0/parts/pain-points/",
    "/calendars/", "/calendars/standard/", "/calendars/service/", "/calendars/standard/versions/2/",
    "/calendars/standard/versions/2/try/?start=2026-12-30T10:00&amount=30&unit=working_hours", "/calendars/add/",
    "/calendars/service/change/", "/calendars/service/draft/?year=2026", "/calendars/service/draft/year/",
    "/calendars/service/draft/import/", "/calendars/service/draft/discard/", "/calendars/service/draft/publish/",
    "/centre/", "/centre/?q=%E6%8A%95%E8%AF%89", "/centre/steps/", "/centre/forms/", "/centre/changes/",
    "/centre/in-force/", "/centre/of/complaint/", "/centre/of/complaint/questions/add/", "/centre/of/complaint/embeds/",
    "/centre/of/complaint/copies/", "/centre/of/complaint/copies/add/", "/processes/expense/1.0/languages/",
    "/projects/import/", "/projects/complaints/export/",
    "/projects/add/", "/projects/inventory/", "/projects/complaints/", "/projects/complaints/team/",
    "/projects/complaints/team/add/", "/projects/complaints/scope/", "/projects/complaints/scope/weights/",
    "/projects/complaints/scope/rankings/1/", "/projects/complaints/plan/", "/projects/complaints/plan/of/p2/",
    "/projects/complaints/plan/document/", "/projects/complaints/plan/of/t5/move/", "/projects/complaints/gate/1/",
    "/projects/complaints/gate/2/", "/projects/complaints/write/meeting/", "/projects/complaints/risks/add/",
    # surveys: asking
    "/surveys/", "/surveys/start/", "/surveys/S-0001/", "/surveys/questionnaires/1/",
    "/surveys/questionnaires/1/results/", "/surveys/questionnaires/1/preview/", "/surveys/questionnaires/2/",
    "/surveys/questionnaires/2/ask/", "/surveys/questionnaires/2/poster/", "/surveys/answer/thanks/",
    # surveys: observing
    "/surveys/S-0001/observations/", "/surveys/S-0001/observations/1/", "/surveys/S-0001/observations/add/",
    "/surveys/watch/S-0001/2/", "/surveys/S-0001/guide/", "/surveys/S-0001/interviews/add/",
    # surveys: diagnosis
    "/surveys/S-0001/diagnosis/", "/surveys/S-0001/flow/", "/surveys/S-0001/steps/", "/surveys/S-0001/pains/",
    "/surveys/S-0001/pains/1/", "/surveys/S-0001/pains/add/", "/surveys/S-0001/baselines/", "/surveys/S-0001/report/",
    # the demo's story
    "/pilots/", "/pilots/add/", "/pilots/P-0001/", "/pilots/P-0001/departments/", "/pilots/P-0001/criteria/",
    "/pilots/P-0001/run/", "/pilots/P-0001/checks/1/", "/pilots/P-0001/issues/1/", "/pilots/P-0001/before-and-after/",
    "/pilots/P-0001/report/", "/rollout/", "/rollout/coverage/", "/rollout/plans/1/", "/rollout/plans/add/",
    "/rollout/trainings/T-0001/", "/rollout/trainings/add/", "/audits/",
    "/audits/A-2026-06-service-complaint/", "/audits/A-2026-06-service-complaint/sample/1/",
    "/audits/A-2026-06-service-complaint/report/", "/audits/findings/", "/audits/findings/NC-2026-0001/",
    "/audits/scores/", "/audits/scores/of/service/", "/audits/scores/rules/add/",
    "/improvements/", "/improvements/SG-2026-0001/", "/improvements/suggest/?process=complaint",
    "/improvements/follow/",
    "/improvements/evaluations/", "/improvements/evaluations/E-0002/", "/improvements/trace/service-complaint/",
    "/improvements/years/", "/improvements/years/2026/", "/cases/log/", "/cases/seals/", "/nothing-here/", "/design/",
]  # fmt: skip
#: Pages of a task that is open, wherever the demo has it.
OF_TASK = {"TASK": "", "HOLD": "hold/", "WAIT": "wait/", "EXCEPTION": "exception/"}
#: What needs data of its own: a question to a customer that can be answered, a job that recounted.
MAKE = """
from django.utils import timezone
from cases.domain.satisfaction import token_for
from cases.models import SatisfactionRequest
from procstd.jobs.models import Job
from procstd.organisation.models import User
now = timezone.now()
asked = SatisfactionRequest.objects.filter(answered_at=None, expires_at__gt=now).select_related("case").last()
owner = User.objects.get(username="fang.ning")
job = Job.objects.create(kind="recalendar", owner=owner, state="done", created_at=now, started_at=now, finished_at=now,
                         result={"changed": 12}, done=40, total=40)
print("made", asked.case.number, token_for(asked.case, asked.number), job.get_absolute_url())
"""
SHOTS = Path(os.environ["PROCSTD_SHOTS"]) if "PROCSTD_SHOTS" in os.environ else None


def _photograph(page: Page, path: Path) -> None:
    """Take a picture of the whole page; a busy machine's browser now and then fails at the first try."""
    try:
        page.screenshot(path=path, full_page=True)
    except Error:
        page.wait_for_timeout(1000)
        page.screenshot(path=path, full_page=True)


@pytest.fixture(scope="module")
def made(stack: Stack) -> dict[str, str]:
    """Return the addresses of what the demo data has at no address known beforehand."""
    command = [sys.executable, "manage.py", "shell", "-c", MAKE]
    done = subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, capture_output=True, text=True)
    number, token, job = done.stdout.rpartition("made ")[2].split()
    return {"REOPEN": f"/cases/{number}/reopen/", "ASKED": f"/cases/public/satisfaction/{token}/", "RECALENDAR": job}


#: What another window or another theme can change: colours, sizes, names that a narrow window hides.
OF_LOOKS = {
    **EVERY_RULE,
    "runOnly": {
        "type": "rule",
        "values": [
            "color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size", "button-name",
            "link-name", "aria-hidden-focus",
        ],
    },
}  # fmt: skip


#: Every device with every language, every device with every theme, every language with every theme.
LOOKS = {"en": [("desktop", "light"), ("phone", "dark")], "zh": [("desktop", "dark"), ("phone", "light")]}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_serious(sign_in: Callable[..., Page], made: dict[str, str], language: str) -> None:
    # Without motion: a colour half-way from light to dark is no colour of ours.
    page = sign_in("fang.ning", "desktop", language=language, reduced_motion="reduce")
    found = []
    turn = list(LOOKS).index(language)
    for path in PAGES if SHOTS else PAGES[turn::2]:
        if path in OF_TASK:
            page.goto("/cases/C-000055/")
            page.goto(page.locator("a.task-row-step").first.get_attribute("href") + OF_TASK[path])
        elif path == "WEEK":
            page.goto("/cases/exceptions/")
            page.get_by_role("link", name="-W").first.click()
        else:
            page.goto(made.get(path, path))
        expect(page.locator("#main")).to_be_visible()
        name = path.partition("&")[0].strip("/").replace("/", "-").replace("?", "-") or "home"
        # One page, turned round: loading it anew would cost as much as reading it.
        for number, (device, theme) in enumerate(LOOKS[language]):
            page.set_viewport_size(VIEWPORTS[device])
            page.emulate_media(color_scheme=theme)
            if SHOTS:
                SHOTS.mkdir(parents=True, exist_ok=True)
                _photograph(page, SHOTS / f"{name}-{language}-{theme}-{device}.png")
            found += serious(page, OF_LOOKS if number else EVERY_RULE)

    assert found == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious_before_sign_in(
    new_page: Callable[..., Page], made: dict[str, str], device: str, language: str
) -> None:
    page = new_page(device, language=language)
    found = []
    for path in (
        "/sign-in/", "/password/forgotten/", "/password/mailed/", "/password/set/MQ/used/", "/cases/public/",
        "/cases/public/complaint/", "/cases/public/status/C-000001/wrong/", made["ASKED"], "/surveys/code/",
    ):  # fmt: skip
        page.goto(path)
        found += serious(page)

    assert found == []


def test_the_design_page_opens_and_closes_its_dialog_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("fang.ning")
    page.goto("/design/")
    opener = page.get_by_role("link", name="Open the dialog")

    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#dialog")).to_be_hidden()
    expect(opener).to_be_focused()
