from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from procstd.access import SIGNED_IN
from procstd.look.navigation import Entry


class JobsConfig(AppConfig):
    name = "procstd.jobs"
    label = "jobs"
    verbose_name = _("Background jobs")
    floor = 95
    navigation = [Entry(_("My jobs"), "jobs:job-list", "progress", {SIGNED_IN})]
    home_panels = ["jobs:panel-recent"]

    def ready(self) -> None:
        # Every app names its kinds of job in `longjobs`; the table must be full before the first request.
        autodiscover_modules("longjobs")
