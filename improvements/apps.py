from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE

READERS = {*EVERY_ROLE, STAFF}


class ImprovementsConfig(AppConfig):
    name = "improvements"
    verbose_name = _("Improvements")
    floor = 50
    navigation = [Entry(_("Improvements"), "improvements:home", "bulb", READERS)]
