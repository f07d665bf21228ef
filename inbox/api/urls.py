from django.urls import path

from inbox.api import views

app_name = "api"
urlpatterns = [
    path("conversations", views.conversations, name="conversations"),
    path("conversations/<uuid:pk>", views.conversation, name="conversation"),
    path("conversations/<uuid:pk>/messages", views.messages, name="messages"),
    path("conversations/<uuid:pk>/notes", views.notes, name="notes"),
    path("notices", views.notices, name="notices"),
    path("disputes", views.disputes, name="disputes"),
    path("disputes/<uuid:pk>", views.dispute, name="dispute"),
]
