from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

READERS = {*EVERY_ROLE, STAFF}
#: Lists of cases come in by those who lead, and by administrators.
IMPORTERS = {Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD, STAFF}
#: Event logs are for those who look over all cases, and for heads: they see those of their departments.
LOG_READERS = {*IMPORTERS, Role.AUDITOR}
#: Whoever verifies that nothing was altered.
VERIFIERS = {Role.PROJECT_LEAD, Role.AUDITOR, STAFF}
#: The weekly report is for those who lead, and for auditors; heads read of their own departments.
REPORT_READERS = {*IMPORTERS, Role.AUDITOR}


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")
    floor = 5
    navigation = [
        Entry(_("Inbox"), "cases:inbox", "inbox", READERS),
        Entry(_("Wall"), "cases:wall", "device-desktop", READERS),
        Entry(_("All cases"), "cases:case-list", "list-check", READERS),
        Entry(_("Clocks at work"), "cases:clock-watch", "clock", {STAFF}),
        Entry(_("Open a case"), "cases:case-open-list", "plus", READERS),
        Entry(_("Exception reports"), "cases:exception-report-list", "alert-triangle", REPORT_READERS),
        Entry(_("Seals"), "cases:seal-list", "shield-lock", {Role.AUDITOR, STAFF}),
    ]
    home_panels = ["cases:panel-inbox"]

    def ready(self) -> None:
        from cases.domain.clocks.recalendaring import follow_publication
        from cases.domain.compiling import compile_definition, need_of
        from cases.domain.release_gate import migration
        from processes.domain.gate import gate_with
        from processes.domain.releasing import compile_with
        from procstd.calendars.domain.versions import when_published
        from procstd.organisation.domain.posts import keep_while

        compile_with(compile_definition)
        gate_with(migration)
        keep_while(need_of)
        when_published(follow_publication)
