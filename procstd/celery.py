"""The Celery application. Messages are wake-ups only; truth lives in the database."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procstd.settings")

TRANSPORT_ALIASES["folder"] = "procstd.folder_queue:Transport"

app = Celery("procstd")
app.config_from_object("django.conf:settings", namespace="CELERY")
# An app's Celery jobs live in its `jobs` module, its sweeps in `sweeps` (docs/house.md).
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(related_name="sweeps")
