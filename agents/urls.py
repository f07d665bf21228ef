from django.urls import path

from agents import views

app_name = "agents"
urlpatterns = [
    path("drafts/", views.queue, name="drafts"),
    path("conversations/<uuid:conversation>/draft", views.show, name="draft"),
    path("drafts/<uuid:draft>/approval", views.approve, name="approve"),
    path("drafts/<uuid:draft>/edit", views.edit, name="edit"),
    path("drafts/<uuid:draft>/check", views.check, name="check"),
    path("drafts/<uuid:draft>/rejection", views.reject, name="reject"),
    path("drafts/<uuid:draft>/again", views.again, name="again"),
    path("runs/<uuid:run>/evidence/<int:number>", views.evidence, name="evidence"),
    path("runs/<uuid:run>", views.run, name="run"),
]
