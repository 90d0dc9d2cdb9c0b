"""Codes of departments, posts and people: what Excel files and links name things by."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

code_validator = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]*\Z",
    _("A code has small letters, digits, dots, hyphens and underscores, as “quality-lab”."),
)
