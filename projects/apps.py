from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

#: Whom the navigation leads here.
LEADING = {Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD, STAFF}
#: Who can be in a team, whatever the post; which projects one sees is the business of their rows.
READERS = {*EVERY_ROLE, STAFF}
#: Who starts a project (H0.1).
STARTERS = {Role.PROJECT_LEAD, STAFF}
#: Who takes a whole project out in a file: those who see every part of it (F05).
EXPORTERS = {Role.PROJECT_LEAD, STAFF}
#: Who brings one in: it holds what others signed elsewhere, and people who are not known here.
IMPORTERS = {STAFF}


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")
    floor = 20
    navigation = [Entry(_("Projects"), "projects:home", "rocket", LEADING, covers="projects")]

    def ready(self) -> None:
        # Every room says in `exits` what it knows about the exits of a project's phases.
        autodiscover_modules("exits")
        # And in `transfers` what goes into a project's file.
        autodiscover_modules("transfers")
