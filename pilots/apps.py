from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import Role

READERS = {Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD, STAFF}


class PilotsConfig(AppConfig):
    name = "pilots"
    verbose_name = _("Pilots")
    floor = 30
    navigation = [Entry(_("Pilots"), "pilots:home", "flag", READERS)]
