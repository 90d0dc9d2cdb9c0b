from django.db import models
from simple_history.models import HistoricalRecords
from viewflow.workflow.models import Process


class Complaint(Process):
    """One complaint; the answers of the eight steps are its columns."""

    customer = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    product = models.CharField(max_length=200)
    problem = models.TextField()
    grade = models.CharField(max_length=10, choices=[("normal", "Normal"), ("urgent", "Urgent")], default="normal")
    cause = models.TextField(blank=True)
    responsible = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    plan = models.TextField(blank=True)
    opinion = models.TextField(blank=True)
    confirmed = models.BooleanField(default=False)
    done_on = models.DateField(null=True)
    result = models.TextField(blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)

    history = HistoricalRecords()
