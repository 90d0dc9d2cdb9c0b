from django.urls import path
from viewflow.contrib.auth import AuthViewset
from viewflow.urls import Site
from viewflow.workflow.flow import FlowAppViewset

from bench.complaint.flows import ComplaintFlow

site = Site(title="Plain", viewsets=[FlowAppViewset(ComplaintFlow, icon="report")])
urlpatterns = [path("accounts/", AuthViewset().urls), path("", site.urls)]
