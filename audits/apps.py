"""The supervision of phase 5: monthly samples, checks, findings, corrective actions, compliance rate (H2.5.4)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

READERS = {Role.AUDITOR, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD, Role.PROCESS_SPECIALIST, STAFF}
#: Who draws, checks, raises findings, decides appeals.
AUDITORS = {Role.AUDITOR}
#: Who sees every case of a sample, and so the whole list that it was drawn from.
OVERSEERS = {Role.AUDITOR, Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, STAFF}
#: Who can own a corrective action; which findings one sees is the business of their rows.
ACTING = {*EVERY_ROLE, STAFF}
#: Who says what a rate is worth.
RULING = {Role.PROJECT_LEAD, STAFF}


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits")
    floor = 40
    navigation = [
        Entry(_("Audits"), "audits:home", "clipboard-check", READERS),
        Entry(_("Findings"), "audits:finding-list", "flag", ACTING),
        Entry(_("Scores"), "audits:score-list", "star", READERS),
    ]
    home_panels = ["audits:panel-mine"]
