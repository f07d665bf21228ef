from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from config.tenancy import scope
from inbox.access import membership_of


class OrganizationMiddleware:
    """For every address below /o/<slug>/: who is asking, and one scope around the view.

    Strangers get 404. Views marked with `open_door` (webhooks, invitations) are for people and machines without a
    membership; they open their scope themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        slug = kwargs.get("slug")
        if slug is None or getattr(view, "open_door", False):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = membership_of(request.user, slug)
        if membership is None:
            raise Http404
        kwargs.pop("slug")
        request.membership, request.organization = membership, membership.organization
        with timezone.override(membership.organization.time_zone), scope(membership.tenant):
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and callable(response.render):
                response = response.render()  # lazy templates must read inside the scope
        return response


def open_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    view.open_door = True  # type: ignore[attr-defined]
    return view
