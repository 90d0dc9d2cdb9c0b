from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE

READERS = {*EVERY_ROLE, STAFF}


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes")
    floor = 10
    navigation = [Entry(_("Processes"), "processes:home", "hierarchy", READERS)]
