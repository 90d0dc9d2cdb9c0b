"""What goes with a project of its surveys (F05). Of anonymous answers only what results show (A6, A8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procstd.transfer.declared import Carried, carry, is_facts, is_figures, is_options
from surveys.domain.carrying_over import refuse_unfit, sheets_as_shown, tickets_without_codes
from surveys.domain.starting import free_number
from surveys.models import (
    AsIsStep,
    Baseline,
    Cause,
    DepartmentForm,
    Evidence,
    Freeze,
    GuideQuestion,
    Interview,
    InterviewAnswer,
    Invitation,
    Lap,
    Observation,
    Pain,
    Paper,
    PaperCodes,
    Question,
    Questionnaire,
    Response,
    Sheet,
    Survey,
    Ticket,
    ToldStep,
)

_ASKED, _FOUND = _("questions of surveys"), _("pain points, evidence and causes")
carry(
    Carried(
        Survey, _("surveys"), via="process", of=lambda scope: Survey.objects.filter(process__in=scope.chosen),
        # Not by its number: that may have been given anew when it came here.
        renew={"number": free_number}, same=("began_at",), is_own=True,
    ),
    Carried(Questionnaire, _("questionnaires"), via="survey"),
    Carried(Question, _ASKED, via="questionnaire", shapes={"options": is_options}),
    Carried(Invitation, _("people who were asked"), via="questionnaire"),
    Carried(
        Response, _("answers by name"), via="invitation", shapes={"answers": is_facts},
        keys={"answers": "surveys.question"}, after=refuse_unfit,
    ),
    Carried(
        Ticket, _("rights to an anonymous answer"), via="questionnaire", rewrite=tickets_without_codes,
        but={"code_sha256": "the code was given out in the house that printed it; here people draw their own"},
    ),
    Carried(
        Sheet, _("anonymous answers"), via="questionnaire", rewrite=sheets_as_shown, shapes={"answers": is_facts},
        keys={"answers": "surveys.question"}, after=refuse_unfit,
    ),
    Carried(PaperCodes, _("codes on paper"), via="questionnaire"),
    Carried(GuideQuestion, _("questions of the guide"), via="survey"),
    Carried(Interview, _("interviews"), via="survey"),
    Carried(InterviewAnswer, _("interviews"), via="interview"),
    Carried(ToldStep, _("steps as told"), via="interview"),
    Carried(Paper, _("documents read"), via="survey", file_fields=("file_key",)),
    Carried(DepartmentForm, _("survey forms"), via="survey"),
    Carried(AsIsStep, _("steps as they are"), via="survey", late=frozenset({"rework_to"})),
    Carried(Pain, _FOUND, via="survey"),
    Carried(Evidence, _FOUND, via="pain"),
    Carried(Cause, _FOUND, via="pain"),
    Carried(Observation, _("observations"), via="survey"),
    Carried(
        Lap, _("observations"), via="observation", file_fields=("photo",),
        but={
            "key": "made by the phone that sent it; a copy has its own",
            "photo_sent": "what a phone sent last; it sends no more",
        },
    ),
    Carried(Freeze, _("baseline figures"), via="survey"),
    Carried(Baseline, _("baseline figures"), via="survey", shapes={"values": is_figures}),
)  # fmt: skip
