from django.urls import path

from procstd.notices.views import mine, outbox, robots

app_name = "notices"
urlpatterns = [
    path("", mine.notice_list, name="notice-list"),
    path("bell/", mine.bell, name="bell"),
    path("read/", mine.notice_read_all, name="notice-read-all"),
    path("<int:pk>/open/", mine.notice_open, name="notice-open"),
    path("<int:pk>/read/", mine.notice_read, name="notice-read"),
    path("preferences/", mine.preferences, name="preferences"),
    path("deliveries/", outbox.delivery_list, name="delivery-list"),
    path("deliveries/<int:pk>/again/", outbox.delivery_again, name="delivery-again"),
    path("mails/", outbox.mail_list, name="mail-list"),
    path("mails/<str:name>/", outbox.mail_detail, name="mail-detail"),
    path("robots/", robots.robot_list, name="robot-list"),
    path("robots/add/", robots.robot_add, name="robot-add"),
    path("robots/<int:pk>/", robots.robot_change, name="robot-change"),
    path("robots/<int:pk>/remove/", robots.robot_remove, name="robot-remove"),
    path("robots/<int:pk>/test/", robots.robot_test, name="robot-test"),
]
