from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

#: Whom the navigation leads here.
LEADING = {Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD, STAFF}
#: Who can be concerned by a pilot, whatever the post; which pilots one sees is the business of their rows.
READERS = {*EVERY_ROLE, STAFF}
#: Who plans, watches and writes the report (H0.1, H0.2).
KEEPERS = {Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, STAFF}
#: Who puts a pilot in force, and decides about it (H0.1).
STEERERS = {Role.PROJECT_LEAD, STAFF}


class PilotsConfig(AppConfig):
    name = "pilots"
    verbose_name = _("Pilots")
    floor = 30
    navigation = [Entry(_("Pilots"), "pilots:home", "flag", LEADING, covers="pilots")]
