from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import SIGNED_IN
from procstd.look.navigation import Entry


class CalendarsConfig(AppConfig):
    name = "procstd.calendars"
    label = "calendars"
    verbose_name = _("Working calendars")
    floor = 91
    navigation = [Entry(_("Working calendars"), "calendars:calendar-list", "calendar", {SIGNED_IN})]
    home_panels = ["calendars:panel-missing"]
