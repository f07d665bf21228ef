from django.urls import path

from inbox.chat import script, views

app_name = "chat"
urlpatterns = [
    path("widget.js", script.widget, name="widget"),
    path("settings", views.settings, name="settings"),
    path("session", views.session, name="session"),
    path("messages", views.messages, name="messages"),
    path("say", views.say, name="say"),
    path("typing", views.typing, name="typing"),
    path("seen", views.seen, name="seen"),
    path("email", views.email, name="email"),
    path("files", views.files, name="files"),
    path("files/<str:token>", views.file, name="file"),
]
