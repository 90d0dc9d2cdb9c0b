from surveys import urls_asking, urls_diagnosis, urls_observing

app_name = "surveys"
urlpatterns = [*urls_observing.urlpatterns, *urls_asking.urlpatterns, *urls_diagnosis.urlpatterns]
