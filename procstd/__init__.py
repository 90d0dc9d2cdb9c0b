"""procstd: the signed standard is the running workflow."""

from procstd.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
