from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import Role

READERS = {Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD, STAFF}


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")
    floor = 20
    navigation = [Entry(_("Projects"), "projects:home", "rocket", READERS)]

    def ready(self) -> None:
        # Every room says in `exits` what it knows about the exits of a project's phases.
        autodiscover_modules("exits")
