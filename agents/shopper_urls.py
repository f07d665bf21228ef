from django.urls import path

from agents.views import shoppers

app_name = "shoppers"
urlpatterns = [
    path("articles", shoppers.articles, name="articles"),
    path("identify", shoppers.identify, name="identify"),
    path("code", shoppers.code, name="code"),
]
