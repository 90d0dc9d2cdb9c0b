from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

READERS = {*EVERY_ROLE, STAFF}
#: Who drafts standards (H0.2).
WRITERS = {Role.PROCESS_SPECIALIST, STAFF}
#: Who reads drafts: writers, and those who review and release them (H0.1, H0.5).
REVIEWERS = {*WRITERS, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD}
#: Who puts a standard in force (H0.1).
RELEASERS = {Role.PROJECT_LEAD, STAFF}


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes")
    floor = 10
    #: Stands over the rooms from here on in the navigation.
    heading = _("Standardization")
    navigation = [
        Entry(_("Process centre"), "centre:centre", "book-2", READERS, covers="centre"),
        Entry(_("Processes"), "processes:process-list", "hierarchy", READERS, covers="processes"),
    ]
    home_panels = ["processes:panel-reviews"]
