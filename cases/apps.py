from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE

READERS = {*EVERY_ROLE, STAFF}


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")
    floor = 5
    navigation = [Entry(_("Cases"), "cases:home", "inbox", READERS)]

    def ready(self) -> None:
        from cases.domain.compiling import compile_definition
        from processes.domain.releasing import compile_with

        compile_with(compile_definition)
