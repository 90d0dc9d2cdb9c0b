"""The admin shows no cases: they are worked on their own pages, by acts."""

from django.contrib import admin
from viewflow.workflow.models import Process, Task

# Viewflow's own tables stay empty; its pages could change rows behind the acts' back.
admin.site.unregister(Process)
admin.site.unregister(Task)
