from django.urls import path

from audit import views

app_name = "audit"

urlpatterns = [
    path("", views.trail, name="trail"),
    path("verification", views.verification, name="verification"),
    path("export", views.export, name="export"),
    path("conversations/<uuid:conversation_id>/", views.story, name="story"),
    path(
        "conversations/<uuid:conversation_id>/export", views.conversation_export, name="conversation_export"
    ),
]
