from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from procstd.access import SIGNED_IN, STAFF
from procstd.look.navigation import Entry


class NoticesConfig(AppConfig):
    name = "procstd.notices"
    label = "notices"
    verbose_name = _("Notices")
    floor = 92
    navigation = [
        Entry(_("My notices"), "notices:notice-list", "bell", {SIGNED_IN}),
        Entry(_("Deliveries and robots"), "notices:delivery-list", "send", {STAFF}),
    ]

    def ready(self) -> None:
        # Every room names what it tells about in `notices`; the table must be full before the first request.
        autodiscover_modules("notices")
