"""The roles of the method (H0). A post carries one; who holds the post has it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Who uses the software, and for what (H0.1 to H0.5). The customer (H0.6) never signs in."""

    PROJECT_LEAD = "project_lead", _("Project lead")
    PROCESS_SPECIALIST = "process_specialist", _("Process specialist")
    FRONTLINE = "frontline", _("Frontline staff")
    AUDITOR = "auditor", _("Auditor")
    DEPARTMENT_HEAD = "department_head", _("Department head")


EVERY_ROLE = frozenset(Role)
