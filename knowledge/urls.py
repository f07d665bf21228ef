from django.urls import path

from knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("", views.index, name="index"),
    path("new", views.create, name="new"),
    path("preview", views.preview, name="preview"),
    path("search", views.search, name="search"),
    path("synonyms", views.synonyms, name="synonyms"),
    path("questions", views.questions, name="questions"),
    path("questions/new", views.add_question, name="new_question"),
    path("questions/run", views.run_questions, name="run_questions"),
    path("questions/<uuid:question>/delete", views.delete_question, name="delete_question"),
    path("<slug:article>/", views.show, name="article"),
    path("<slug:article>/versions/<int:number>/", views.show, name="version"),
    path("<slug:article>/edit", views.edit, name="edit"),
    path("<slug:article>/archive", views.archive, name="archive"),
]
