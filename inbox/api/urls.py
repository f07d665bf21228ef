from django.urls import path

from inbox.api import views

app_name = "api"
urlpatterns = [
    path("conversations", views.conversations, name="conversations"),
    path("conversations/<uuid:pk>", views.conversation, name="conversation"),
    path("conversations/<uuid:pk>/messages", views.messages, name="messages"),
    path("conversations/<uuid:pk>/notes", views.notes, name="notes"),
]
