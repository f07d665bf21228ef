"""Which address leads where. Everything of an organization is below /o/<slug>/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from inbox.views import consents, doors

organization: list[URLPattern | URLResolver] = [
    path("", include("inbox.urls")),
    path("api/", include("inbox.api.urls")),
    path("trail/", include("audit.urls")),
    path("knowledge/", include("knowledge.urls")),
    path("", include("agents.urls")),
]

urlpatterns = [
    path("", doors.home, name="home"),
    path("health", doors.health, name="health"),
    path("consent", consents.come_back, name="consent"),
    path("accounts/", include("allauth.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("chat/<slug:key>/", include("inbox.chat.urls")),
    path("chat/<slug:key>/", include("agents.shopper_urls")),
    path("o/<slug:slug>/", include(organization)),
]
