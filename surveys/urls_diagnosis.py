"""Addresses of the diagnosis; the room's urls.py takes them in."""

from django.urls import path

from surveys.views import (
    diagnosis,
    diagnosis_baselines,
    diagnosis_causes,
    diagnosis_pains,
    diagnosis_report,
    diagnosis_steps,
)

urlpatterns = [
    path("<slug:number>/panels/diagnosis/", diagnosis.panel_diagnosis, name="panel-diagnosis"),
    path("<slug:number>/diagnosis/", diagnosis.diagnosis, name="diagnosis"),
    path("<slug:number>/flow/", diagnosis.asis_flow, name="asis-flow"),
    path("<slug:number>/steps/", diagnosis_steps.asis_grid, name="asis-grid"),
    path("<slug:number>/steps/import/", diagnosis_steps.asis_import, name="asis-import"),
    path("<slug:number>/steps/sheet/", diagnosis_steps.asis_sheet, name="asis-sheet"),
    path("<slug:number>/steps/<int:pk>/move/", diagnosis_steps.asis_move, name="asis-move"),
    path("<slug:number>/pains/", diagnosis_pains.pain_list, name="pain-list"),
    path("<slug:number>/pains/add/", diagnosis_pains.pain_add, name="pain-add"),
    path("<slug:number>/pains/carry/", diagnosis_pains.pain_carry, name="pain-carry"),
    path("<slug:number>/pains/<int:pain>/", diagnosis_pains.pain_detail, name="pain-detail"),
    path("<slug:number>/pains/<int:pain>/change/", diagnosis_pains.pain_change, name="pain-change"),
    path("<slug:number>/pains/<int:pain>/delete/", diagnosis_pains.pain_delete, name="pain-delete"),
    path("<slug:number>/pains/<int:pain>/end/", diagnosis_pains.pain_end, name="pain-end"),
    path("<slug:number>/pains/<int:pain>/reopen/", diagnosis_pains.pain_reopen, name="pain-reopen"),
    path("<slug:number>/pains/<int:pain>/evidence/", diagnosis_pains.evidence_add, name="evidence-add"),
    path("<slug:number>/pains/<int:pain>/causes/", diagnosis_causes.cause_add, name="cause-add"),
    path("<slug:number>/evidence/<int:pk>/remove/", diagnosis_pains.evidence_remove, name="evidence-remove"),
    path("<slug:number>/causes/<int:pk>/why/", diagnosis_causes.cause_below, name="cause-below"),
    path("<slug:number>/causes/<int:pk>/change/", diagnosis_causes.cause_change, name="cause-change"),
    path("<slug:number>/causes/<int:pk>/remove/", diagnosis_causes.cause_remove, name="cause-remove"),
    path("<slug:number>/baselines/", diagnosis_baselines.baseline_list, name="baseline-list"),
    path("<slug:number>/baselines/add/", diagnosis_baselines.baseline_add, name="baseline-add"),
    path("<slug:number>/baselines/freeze/", diagnosis_baselines.baseline_freeze, name="baseline-freeze"),
    path("<slug:number>/baselines/<int:pk>/change/", diagnosis_baselines.baseline_change, name="baseline-change"),
    path("<slug:number>/baselines/<int:pk>/remove/", diagnosis_baselines.baseline_remove, name="baseline-remove"),
    path("<slug:number>/report/", diagnosis_report.report, name="diagnosis-report"),
    path("<slug:number>/report/make/", diagnosis_report.report_make, name="diagnosis-report-make"),
]
