from django.urls import path

from surveys.views import answers, forms_sheet, notes, questionnaires, surveys

urlpatterns = [
    path("", surveys.home, name="home"),
    path("start/", surveys.survey_start, name="survey-start"),
    path("panels/waiting/", surveys.panel_waiting, name="panel-waiting"),
    # --- answering ---
    path("asked/<int:pk>/", answers.answer, name="answer"),
    path("asked/<int:pk>/draw/", answers.answer_draw, name="answer-draw"),
    path("code/", answers.answer_code, name="answer-code"),
    path("answer/thanks/", answers.answer_thanks, name="answer-thanks"),
    path("answer/<str:code>/", answers.answer_anonymous, name="answer-anonymous"),
    # --- questionnaires ---
    path("questionnaires/<int:pk>/", questionnaires.questionnaire, name="questionnaire"),
    path("questionnaires/<int:pk>/change/", questionnaires.questionnaire_change, name="questionnaire-change"),
    path("questionnaires/<int:pk>/questions/add/", questionnaires.question_add, name="question-add"),
    path("questionnaires/<int:pk>/preview/", questionnaires.questionnaire_preview, name="questionnaire-preview"),
    path("questionnaires/<int:pk>/open/", questionnaires.questionnaire_open, name="questionnaire-open"),
    path("questionnaires/<int:pk>/ask/", questionnaires.questionnaire_ask, name="questionnaire-ask"),
    path("questionnaires/<int:pk>/remind/", questionnaires.questionnaire_remind, name="questionnaire-remind"),
    path("questionnaires/<int:pk>/codes/", questionnaires.questionnaire_codes, name="questionnaire-codes"),
    path("questionnaires/<int:pk>/poster/", questionnaires.questionnaire_poster, name="questionnaire-poster"),
    path("questionnaires/<int:pk>/close/", questionnaires.questionnaire_close, name="questionnaire-close"),
    path("questionnaires/<int:pk>/results/", questionnaires.questionnaire_results, name="questionnaire-results"),
    path("questionnaires/<int:pk>/results.xlsx", questionnaires.questionnaire_export, name="questionnaire-export"),
    path("questions/<int:pk>/change/", questionnaires.question_change, name="question-change"),
    path("questions/<int:pk>/delete/", questionnaires.question_delete, name="question-delete"),
    path("questions/<int:pk>/move/", questionnaires.question_move, name="question-move"),
    # --- one survey ---
    path("<str:number>/", surveys.survey, name="survey"),
    path("<str:number>/end/", surveys.survey_end, name="survey-end"),
    path("<str:number>/panels/methods/", surveys.panel_methods, name="panel-methods"),
    path("<str:number>/questionnaires/add/", questionnaires.questionnaire_add, name="questionnaire-add"),
    path("<str:number>/interviews/add/", notes.interview_add, name="interview-add"),
    path("<str:number>/papers/add/", notes.paper_add, name="paper-add"),
    path("<str:number>/forms/add/", notes.department_form_add, name="department-form-add"),
    path("<str:number>/forms/import/", forms_sheet.forms_import, name="forms-import"),
    path("<str:number>/forms/template.xlsx", forms_sheet.forms_template, name="forms-template"),
]
