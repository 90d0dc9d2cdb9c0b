from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procstd.access import STAFF
from procstd.look.navigation import Entry
from procstd.roles import EVERY_ROLE

#: Everybody is trained and confirms what concerns them; who plans is the business of the pages.
READERS = {*EVERY_ROLE, STAFF}


class RolloutsConfig(AppConfig):
    name = "rollouts"
    verbose_name = _("Rollout")
    floor = 35
    navigation = [Entry(_("Rollout"), "rollouts:home", "school", READERS)]
