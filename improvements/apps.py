"""Phase 6: suggestions, signals, evaluations, the annual report (H2.6)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

READERS = {*EVERY_ROLE, STAFF}
#: Who decides on suggestions and plans evaluations, of every process; owners do of theirs.
DECIDERS = {Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, STAFF}
#: Who reads how improvement went in a year.
REPORT_READERS = {*DECIDERS, Role.DEPARTMENT_HEAD, Role.AUDITOR}


class ImprovementsConfig(AppConfig):
    name = "improvements"
    verbose_name = _("Improvements")
    floor = 50
    navigation = [Entry(_("Improvements"), "improvements:home", "bulb", READERS, covers="improvements")]
    home_panels = ["improvements:panel-waiting"]
