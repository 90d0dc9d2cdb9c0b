"""One project through all six phases over the pages alone: plan, survey, standard, pilot, rollout, improvement.

With PROCSTD_TOUR=1 its screens are kept as the tour in docs/tour.md.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.looks import looks_right

TOUR = Path(__file__).resolve().parents[2] / "docs/tour"
Words = dict[str, dict[str, str]]
SAY: Words = {
    "zh": {"service": "客户服务部", "quality": "质量部"},
    "en": {"service": "Customer service", "quality": "Quality"},
}
Value = str | list[str]


class Story:
    """Where the story has come to, and how it is written down."""

    def __init__(self, sign_in: Callable[..., Page], device: str, language: str) -> None:
        self.device, self.language = device, language
        self.code = f"device-service-{language}"
        self.process = f"Device service {language}" if language == "en" else f"设备服务流程 {language}"
        self.base = f"/processes/{self.code}/1.0/"
        self.project = f"service-{language}"
        self._sign_in = sign_in
        self._pages: dict[str, Page] = {}

    def of(self, person: str) -> Page:
        """Return the window of a person."""
        if person not in self._pages:
            self._pages[person] = self._sign_in(person, self.device, language=self.language)
        return self._pages[person]

    def look(self, name: str, page: Page, address: str = "") -> None:
        """See that a page is sound, and keep its picture under a name."""
        if address:
            page.goto(address)
        looks_right(page)
        if os.environ.get("PROCSTD_TOUR"):
            self._keep(name, page.screenshot())

    def _keep(self, name: str, picture: bytes) -> None:
        """Keep a picture with so few colours that forty of them weigh little."""
        TOUR.mkdir(exist_ok=True)
        small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64, dither=Image.Dither.NONE)
        small.save(TOUR / f"{name}-{self.language}.png", optimize=True)


def fill(page: Page, address: str = "", **values: Value) -> None:
    """Fill a form in by the names of its fields – texts, lists, buttons to choose – and send it; nothing is refused."""
    if address:
        page.goto(address)
    for name, value in values.items():
        field = page.locator(f"#main [name={name}]")
        kind = field.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind == "select":
            option = field.locator("option", has_text=str(value))
            known = field.locator(f"option[value='{value}']")
            field.select_option((known if known.count() else option).first.get_attribute("value"))
        elif kind in ("radio", "checkbox") and isinstance(value, list):
            for words in value:
                page.locator("#main").get_by_role("checkbox", name=words, exact=True).check()
        elif kind in ("radio", "checkbox"):
            page.locator(f"#main [name={name}][value='{value}']").check()
        else:
            field.fill(str(value))
    has = f"[name={next(iter(values))}]" if values else ".form-buttons"
    page.locator(f"#main form:has({has}) button[type=submit]").last.click()
    expect(page.locator("#main .is-invalid, #main .invalid-feedback:visible, #main .alert-danger")).to_have_count(0)


def press(page: Page, words: re.Pattern[str] | str) -> None:
    page.locator("#main").get_by_role("button", name=words).first.click()


def number_in(page: Page, pattern: str) -> str:
    """Return what an address says, when it has come to that."""
    expect(page).to_have_url(re.compile(pattern))
    found = re.search(pattern, page.url)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("device", "language"), [("desktop", "zh"), ("phone", "en")])
def test_a_project_goes_through_all_six_phases(sign_in: Callable[..., Page], device: str, language: str) -> None:
    story = Story(sign_in, device, language)
    plan(story)
    survey(story)
    define(story)
    try_out(story)
    roll_out(story)
    supervise(story)
    improve(story)


def plan(story: Story) -> None:
    """Phase 1: what is sought, who leads, when."""
    lead = story.of("sun.yue")
    fill(
        lead, "/projects/add/", code=story.project, name_zh="设备服务标准化", name_en="Device service",
        value="efficiency",
        figure_zh="处理时间", figure_en="Time to solve", unit_zh="小时", unit_en="hours", baseline="16", target="8",
        lead="sun.yue", departments=[SAY[story.language]["service"]], reason="Too slow",
    )  # fmt: skip
    base = f"/projects/{story.project}/"
    fill(lead, f"{base}team/add/", duty="leader", person="(li.guoqiang)")
    fill(lead, f"{base}plan/make/", start_on=date.today().isoformat())  # noqa: DTZ011  (of the browser's own day)
    story.look("project-plan", lead, base)


def survey(story: Story) -> None:
    """Phase 2: a survey of the process as it is, with the pain that it is about."""
    specialist = story.of("he.lin")
    fill(
        specialist, "/processes/add/", code=story.code, name_zh=f"设备服务流程 {story.language}",
        name_en=f"Device service {story.language}", category="support", department=SAY[story.language]["service"],
        reason="For the project",
    )  # fmt: skip
    fill(
        specialist, "/surveys/start/", process=story.code, title_zh="设备服务现状", title_en="Device service today",
        owner="(he.lin)", departments=[SAY[story.language]["service"]],
    )  # fmt: skip
    survey = number_in(specialist, r"/surveys/(S-\d+)/")
    fill(
        specialist, f"/surveys/{survey}/pains/add/", text_zh="没有人知道由谁处理", text_en="Nobody knows whose it is",
        source="told",
    )  # fmt: skip
    story.look("survey", specialist, f"/surveys/{survey}/diagnosis/")


def define(story: Story) -> None:
    """Phase 3: begun from a starter, posts for its roles, signed by the leader."""
    specialist, lead = story.of("he.lin"), story.of("sun.yue")
    fill(
        specialist, f"/processes/{story.code}/draft/it-operations/", user="service-agent", desk="service-agent",
        engineer="quality-engineer", it_manager="service-supervisor", head="department-head",
    )  # fmt: skip
    story.look("standard", specialist, story.base)
    lead.goto(f"{story.base}sign/")
    while lead.locator(".gate-row .btn").count():
        lead.locator(".gate-row .btn").first.click()
        fill(lead, reason="Reviewed in the meeting")
        lead.goto(f"{story.base}sign/")
    lead.locator("[name=meaning][value=approve]").check()
    lead.locator("main form button[type=submit]").click()
    expect(lead).to_have_url(re.compile("/release/$"))


def try_out(story: Story) -> None:
    """Phase 4: one department, a criterion fixed first, a case, an issue with its proposal; go."""
    lead, words = story.of("sun.yue"), SAY[story.language]
    today = date.today()  # noqa: DTZ011
    days = {
        "period_from": today, "period_until": today + timedelta(days=14), "before_from": today - timedelta(days=60),
        "before_until": today - timedelta(days=1),
    }  # fmt: skip
    fill(
        lead, "/pilots/add/", revision=story.process,
        leader="(sun.yue)", cases_least="1", cases_most="15", reason="Two weeks",
        **{name: day.isoformat() for name, day in days.items()},
    )  # fmt: skip
    pilot = number_in(lead, r"/pilots/(P-\d+)/")
    base = f"/pilots/{pilot}/"
    scores = dict.fromkeys(("volume", "willingness", "representativeness"), "4")
    fill(
        lead, f"{base}departments/score/", department=words["service"], **scores,
        **{f"why_{name}": "Known" for name in scores},
    )  # fmt: skip
    lead.goto(f"{base}departments/")
    lead.locator("#main input[name^=choose_]").first.check()
    lead.locator("#main [name^=why_]").first.fill("Where the requests come in")
    lead.locator("#main form:has([name^=choose_]) button[type=submit]").click()
    fill(lead, f"{base}criteria/add/", indicator="cycle", threshold="8", minimum_effect="1")
    story.look("criteria", lead, f"{base}criteria/")
    lead.locator(f"form[action='{base}criteria/lock/'] button").click()
    expect(lead.locator(f"form[action='{base}criteria/lock/']")).to_have_count(0)
    fill(lead, f"{base}begin/", reason="Trained in the first days")
    agent = story.of("chen.jing")
    agent.goto(f"/cases/open/{story.code}/")
    answer(agent)
    expect(agent).to_have_url(re.compile(r"/cases/C-\d+/"))
    case = number_in(agent, r"/cases/(C-\d+)/")
    story.look("case", agent)
    fill(agent, f"{base}issues/add/?case={case}", kind="loophole", text="Who is asked when nobody is there?")
    expect(agent).to_have_url(re.compile(f"/cases/{case}/"))  # back where it was met
    fill(
        lead, f"{base}issues/1/", proposal_zh="写明替补", proposal_en="Name the substitute",
        effect="Nobody waits",
    )  # fmt: skip
    story.look("before-and-after", lead, f"{base}before-and-after/")
    fill(lead, f"{base}decide/", way="go", reason="It works")
    story.look("pilot-report", lead, f"{base}report/")


def answer(page: Page) -> None:
    """Answer every field of a form that asks something, and send it."""
    for field in page.locator("#main form:has(.form-buttons) :is(input, select, textarea):visible").all():
        kind = field.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind == "select" and not field.input_value():
            field.select_option(index=1)
        elif kind == "radio":
            field.check()
        elif kind in ("text", "textarea") and not field.input_value():
            field.fill("The screen stays dark")
        elif kind == "date":
            field.fill(date.today().isoformat())  # noqa: DTZ011
        elif kind == "number":
            field.fill("1")
    page.locator("#main form:has(.form-buttons) button[type=submit]").first.click()


def roll_out(story: Story) -> None:
    """Phase 5: a wave that is answered for, a training, who it concerns confirms and passes the quiz."""
    lead, agent, words = story.of("sun.yue"), story.of("chen.jing"), SAY[story.language]
    fill(
        lead, "/rollout/plans/add/", definition=story.process, begins_on=date.today().isoformat(), per_wave="2",  # noqa: DTZ011
        departments=[words["service"], words["quality"]],
    )  # fmt: skip
    plan = number_in(lead, r"/rollout/plans/(\d+)/")
    lead.locator("#main a[href$='/override/']").first.click()
    fill(lead, reason="Trained on the job this week")
    story.look("waves", lead, f"/rollout/plans/{plan}/")
    agent.goto("/rollout/")
    agent.locator("#main a[href*='/rollout/confirm/']", has_text=story.process).first.click()
    definition = number_in(agent, r"/confirm/(\d+)/")
    story.look("confirm", agent)
    agent.locator("[name=understood]").check()
    agent.locator("#main form:has([name=understood]) button[type=submit]").click()
    agent.goto(f"/rollout/quiz/{definition}/")
    agent.locator("#main form[action$='/begin/'] button").click()
    expect(agent).to_have_url(re.compile(r"/quiz/attempts/\d+/"))
    for group in agent.locator("#main fieldset").all():
        group.locator("input[type=radio]").first.check()
    agent.locator("#main form button[type=submit]").last.click()
    story.look("quiz", agent)
    story.look("coverage", lead, f"/rollout/coverage/{definition}/")


def supervise(story: Story) -> None:
    """The month is sampled: frozen, drawn, flags judged, concluded."""
    auditor = story.of("deng.xue")
    month = {"zh": "2026-09", "en": "2026-08"}[story.language]
    fill(auditor, "/audits/add/", process="service-complaint", month=month, percent="20", floor="2")
    audit = number_in(auditor, r"/audits/(A-[^/]+)/")
    auditor.locator(f"form[action='/audits/{audit}/freeze/'] button").click()
    expect(auditor.locator(".job--done")).to_be_visible(timeout=120_000)
    auditor.goto(f"/audits/{audit}/draw/")
    auditor.locator("#main [name=auditors]").first.check()
    fill(auditor)
    expect(auditor.locator(".job--done")).to_be_visible(timeout=120_000)
    story.look("audit", auditor, f"/audits/{audit}/")
    story.look("check", auditor, f"/audits/{audit}/sample/1/")
    story.look("findings", auditor, "/audits/findings/")
    story.look("scores", auditor, "/audits/scores/")


def improve(story: Story) -> None:
    """Phase 6: suggested on a phone or a desk, adopted, and part of the next version."""
    agent, specialist = story.of("chen.jing"), story.of("he.lin")
    agent.goto(f"/improvements/suggest/?process={story.code}")
    story.look("suggest", agent)
    fill(
        agent, kind="tool", problem="We look a device up by hand", proposal="Scan its number", effect="5 min → 1 min",
        difficulty="low",
    )  # fmt: skip
    suggestion = number_in(agent, r"/improvements/(SG-[\d-]+)/")
    fill(
        specialist, f"/improvements/{suggestion}/adopt/", text_zh="扫描设备编号", text_en="Scan its number",
        effect="5 min → 1 min",
    )  # fmt: skip
    specialist.goto(f"/processes/{story.code}/1.1/changes/")
    expect(specialist.locator("#main")).to_contain_text(suggestion)
    story.look("change", specialist)
    story.look("trace", specialist, f"/improvements/trace/{story.code}/")
    story.look("evaluations", specialist, "/improvements/evaluations/")
    story.look("annual-report", specialist, f"/improvements/years/{date.today().year}/")  # noqa: DTZ011
    story.look("project", story.of("sun.yue"), f"/projects/{story.project}/")
