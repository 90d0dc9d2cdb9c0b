from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

#: Who surveys, diagnoses and reports (H0.2, H2.2).
SURVEYORS = {Role.PROCESS_SPECIALIST, STAFF}
#: Who reads what was found: surveyors, and those who decide by it (H0.1, H0.4, H0.5).
READERS = {*SURVEYORS, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD, Role.AUDITOR}
#: Who is asked: whoever works here.
ASKED = {*EVERY_ROLE, STAFF}


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")
    floor = 15
    navigation = [Entry(_("Surveys"), "surveys:home", "clipboard-list", ASKED, covers="surveys")]
    home_panels = ["surveys:panel-waiting"]
