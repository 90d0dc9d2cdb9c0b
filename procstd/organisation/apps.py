from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import SIGNED_IN, STAFF
from procstd.look.navigation import Entry


class OrganisationConfig(AppConfig):
    name = "procstd.organisation"
    label = "organisation"
    verbose_name = _("Organisation")
    floor = 90
    navigation = [
        Entry(_("People"), "organisation:person-list", "users", {SIGNED_IN}),
        Entry(_("Departments"), "organisation:department-list", "sitemap", {SIGNED_IN}),
        Entry(_("Posts"), "organisation:post-list", "id-badge-2", {SIGNED_IN}),
        Entry(_("Import and export"), "organisation:sheet-list", "file-spreadsheet", {STAFF}),
    ]
    home_panels = ["organisation:panel-duties"]

    def ready(self) -> None:
        from procstd.organisation import signals  # noqa: F401  (connects the security log)
