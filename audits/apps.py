from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import Role

READERS = {Role.AUDITOR, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD, Role.PROCESS_SPECIALIST, STAFF}


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits")
    floor = 40
    navigation = [Entry(_("Audits"), "audits:home", "clipboard-check", READERS)]
