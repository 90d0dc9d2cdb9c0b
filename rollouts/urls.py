from django.urls import path

from rollouts.views import confirming, coverage, home, material, quiz, training

app_name = "rollouts"
urlpatterns = [
    path("", home.home, name="home"),
    path("panels/confirm/", confirming.panel_confirm, name="panel-confirm"),
    path("confirm/<int:pk>/", confirming.confirm, name="confirm"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/<int:pk>/", coverage.coverage_standard, name="coverage-standard"),
    path("trainings/add/", training.training_add, name="training-add"),
    path("trainings/<str:number>/", training.training, name="training"),
    path("trainings/<str:number>/change/", training.training_change, name="training-change"),
    path("trainings/<str:number>/cancel/", training.training_cancel, name="training-cancel"),
    path("trainings/<str:number>/invite/", training.training_invite, name="training-invite"),
    path("trainings/<str:number>/tick/", training.training_tick, name="training-tick"),
    path("trainings/<str:number>/material/", training.material_add, name="material-add"),
    path("material/<int:pk>/", material.material, name="material"),
    path("material/<int:pk>/posts/<str:post>/", material.deck, name="deck"),
    path("material/<int:pk>/posts/<str:post>/make/", material.deck_make, name="deck-make"),
    path("material/<int:pk>/report/", material.material_report, name="material-report"),
    path("material/<int:pk>/report/make/", material.material_report_make, name="material-report-make"),
    path("quiz/<int:pk>/", quiz.quiz, name="quiz"),
    path("quiz/<int:pk>/begin/", quiz.quiz_begin, name="quiz-begin"),
    path("quiz/attempts/<int:pk>/", quiz.quiz_attempt, name="quiz-attempt"),
    path("quiz/of/<str:code>/rule/", quiz.quiz_rule, name="quiz-rule"),
    path("quiz/of/<str:code>/questions/", quiz.question_list, name="question-list"),
    path("quiz/of/<str:code>/questions/add/", quiz.question_add, name="question-add"),
    path("quiz/questions/<int:pk>/change/", quiz.question_change, name="question-change"),
]
