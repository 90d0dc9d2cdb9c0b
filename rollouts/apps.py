"""Phase 5: training, acknowledgement, quiz, practice, waves of rollout (H2.5)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE, Role

#: Everybody is trained and confirms what concerns them; who plans is the business of the pages.
READERS = {*EVERY_ROLE, STAFF}
#: Who plans trainings, waves and quizzes (H0.1, H0.2).
PLANNERS = {Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, STAFF}
#: Who plans waves, and so releases: as in the room of processes.
RELEASERS = {Role.PROJECT_LEAD, STAFF}
#: Who reads how far a version has reached; heads read of their own departments.
COVERAGE_READERS = {*PLANNERS, Role.AUDITOR, Role.DEPARTMENT_HEAD}


class RolloutsConfig(AppConfig):
    name = "rollouts"
    verbose_name = _("Rollout")
    floor = 35
    navigation = [Entry(_("Rollout"), "rollouts:home", "school", READERS, covers="rollouts")]
    home_panels = ["rollouts:panel-confirm"]

    def ready(self) -> None:
        from processes.domain.gate import gate_with
        from rollouts.domain.release_gate import training

        gate_with(training)
