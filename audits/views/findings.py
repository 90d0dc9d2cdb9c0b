"""Findings: the list, one finding, its whys, its corrective actions, its end."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.apps import ACTING
from audits.domain.findings import (
    add_why,
    answer_finding,
    change_by,
    close_finding,
    drop_why,
    may_work_on,
    may_write_standard,
    revision_changes,
)
from audits.domain.measures import check_effect, decide_measure, finish_measure, hand_over_measure, move_due
from audits.forms.findings import (
    AnswerForm,
    ChangeForm,
    CloseForm,
    DoneForm,
    DueForm,
    EffectForm,
    HandOverForm,
    MeasureForm,
    WhyForm,
)
from audits.models import Finding, Item, Measure
from audits.models.finding import DEEPEST, Stage
from audits.queries.reading import finding_lines, finding_rows, stage_of, standard_for
from audits.queries.words import departure_words, people_in, step_words
from audits.views.shared import GET_OR_POST, finding_or_404, form_page
from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.history import story, version_of
from procstd.look.paging import page_of
from procstd.moments import house_day
from procstd.roles import Role


def _crumbs(finding: Finding | None = None) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(reverse("audits:finding-list"), _("Findings"))]
    return [*found, (finding.get_absolute_url(), finding.number)] if finding else found


@require_safe
@allow(*ACTING)
def finding_list(request: Request) -> HttpResponse:
    """The findings, the latest first, with what they wait for."""
    rows = finding_rows(request.user)
    shown = request.GET.get("show", "open")
    if shown == "open":
        rows = rows.open()
    page = page_of(request, rows)
    context = {
        "page": page, "lines": finding_lines(list(page), on=house_day(timezone.now())), "shown": shown,
        "is_any": bool(page.object_list) or Finding.objects.visible_to(request.user).exists(),
    }  # fmt: skip
    return render(request, "audits/finding_list.html", context)


@require_safe
@allow(*ACTING)
def finding_detail(request: Request, number: str) -> HttpResponse:
    """One finding: cases, causes, actions, effect."""
    finding = finding_or_404(request, number)
    now = timezone.now()
    whys = list(finding.whys.all())
    measures = list(finding.measures.select_related("owner", "checker", "effect__by"))
    standard = standard_for(finding.process)
    evidences = [row.deviation for row in finding.evidences.select_related("deviation__item__audit")]
    people = people_in(evidences)
    stage = stage_of(finding, whys, measures)
    may_work = finding.is_open and may_work_on(finding, request.user)
    seen = Finding.objects.visible_to(request.user)
    # Whoever owns an action need not see the cases.
    shown = set(Item.objects.visible_to(request.user).filter(pk__in=[row.item_id for row in evidences])
                .values_list("pk", flat=True))  # fmt: skip
    context = {
        "finding": finding, "stage": stage, "stages": list(Stage), "whys": whys, "measures": measures,
        "step_name": step_words(finding.step, standard), "may_work": may_work, "today": house_day(now),
        "evidences": [(row, departure_words(row, standard, people), row.item_id in shown) for row in evidences],
        "may_go_deeper": may_work and len(whys) < DEEPEST and not (whys and whys[-1].is_actionable),
        "is_auditor": Role.AUDITOR in request.user.roles, "recurs": seen.filter(pk=finding.recurs_id or 0).first(),
        "recurrences": seen.filter(recurs=finding).order_by("pk"),
        "may_change": may_write_standard(finding, request.user),
        "changes": revision_changes(finding).select_related("revision__process"), "story": story(finding),
        "crumbs": _crumbs(),
    }  # fmt: skip
    return render(request, "audits/finding_detail.html", context)


def _acted(request: Request, finding: Finding, form: Any, act: Any, title: str, done: str, **more: Any) -> HttpResponse:
    return form_page(
        request, form, partial(act, by=request.user, at=timezone.now()), title=title, done=done, to=finding,
        back=finding.get_absolute_url(), crumbs=_crumbs(finding), **more,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def finding_answer(request: Request, number: str) -> HttpResponse:
    """Say what the department says to it."""
    finding = finding_or_404(request, number)
    form = AnswerForm(request.POST or None, initial={"answer": finding.answer, "seen": version_of(finding)})
    return _acted(request, finding, form, partial(answer_finding, finding), _("Answer"), _("Your answer is kept."),
                  advice=finding.text)  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def why_add(request: Request, number: str) -> HttpResponse:
    """Answer “why?” once more."""
    finding = finding_or_404(request, number)
    last = finding.whys.order_by("-depth").first()
    return _acted(
        request, finding, WhyForm(request.POST or None), partial(add_why, finding),
        _("Why “%(cause)s”?") % {"cause": last} if last else _("Why was it so?"), _("It is written down."),
        advice="" if last else finding.text,
    )  # fmt: skip


@require_POST
@allow(*ACTING)
def why_drop(request: Request, number: str) -> HttpResponse:
    """Take the last why back."""
    finding = finding_or_404(request, number)
    act = partial(drop_why, finding, by=request.user, at=timezone.now())
    return press(request, act, done=_("The last why is taken back."), to=finding)


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def measure_add(request: Request, number: str) -> HttpResponse:
    """Decide a corrective action."""
    finding = finding_or_404(request, number)
    last = finding.whys.order_by("-depth").first()
    return _acted(
        request, finding, MeasureForm(request.POST or None), partial(decide_measure, finding),
        _("Decide a corrective action"), _("The action is decided; its owner is told."),
        advice=last.text if last else "",
    )  # fmt: skip


def _measure_or_404(request: Request, number: str, pk: int) -> Measure:
    finding = finding_or_404(request, number)
    return get_object_or_404(Measure.objects.select_related("finding", "owner", "checker"), pk=pk, finding=finding)


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def measure_due(request: Request, number: str, pk: int) -> HttpResponse:
    """Give a corrective action another day."""
    row = _measure_or_404(request, number, pk)
    form = DueForm(request.POST or None, initial={"due_on": row.due_on})
    return _acted(request, row.finding, form, partial(move_due, row), _("Another day"), _("Saved."), advice=row.text)


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def measure_hand_over(request: Request, number: str, pk: int) -> HttpResponse:
    """Give a corrective action, or the check of its effect, to somebody else."""
    row = _measure_or_404(request, number, pk)
    form = HandOverForm(request.POST or None, is_done=row.done_at is not None)
    return _acted(
        request, row.finding, form, partial(hand_over_measure, row), _("Give it to somebody else"),
        _("Kept; a new owner is told."),
        advice=_("%(action)s – now %(owner)s, effect checked by %(checker)s")
        % {"action": row.text, "owner": row.owner, "checker": row.checker},
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def measure_done(request: Request, number: str, pk: int) -> HttpResponse:
    """Say what was done."""
    row = _measure_or_404(request, number, pk)
    return _acted(
        request, row.finding, DoneForm(request.POST or None), partial(finish_measure, row), _("The action is done"),
        _("Kept. Its effect is checked later by somebody else."), advice=row.text,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def measure_effect(request: Request, number: str, pk: int) -> HttpResponse:
    """Say whether it worked."""
    row = _measure_or_404(request, number, pk)
    return _acted(
        request, row.finding, EffectForm(request.POST or None), partial(check_effect, row),
        _("Did it work?"), _("What you saw is kept."), advice=row.text,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def finding_close(request: Request, number: str) -> HttpResponse:
    """Close a finding."""
    finding = finding_or_404(request, number)
    return _acted(
        request, finding, CloseForm(request.POST or None), partial(close_finding, finding), _("Close the finding"),
        _("The finding is closed."), save=_("Close"),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*ACTING)
def finding_change(request: Request, number: str) -> HttpResponse:
    """Make it a change of the next revision."""
    finding = finding_or_404(request, number)
    if not may_write_standard(finding, request.user):
        raise Http404
    return _acted(
        request, finding, ChangeForm(request.POST or None), partial(change_by, finding),
        _("A change of the next revision"), _("It is a change of the draft, with this finding as its origin."),
        advice=_("The open draft of the process takes it. If there is none, one is begun from the text released last."),
    )  # fmt: skip
