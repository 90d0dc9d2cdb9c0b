"""Makes our site the admin site. Apart from the site itself, which loads models."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "procstd.reauthentication.ProcstdAdminSite"
