from surveys import urls_asking, urls_diagnosis

app_name = "surveys"
urlpatterns = [*urls_asking.urlpatterns, *urls_diagnosis.urlpatterns]
