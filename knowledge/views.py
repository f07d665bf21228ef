"""Articles: everybody reads, admins write."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from knowledge import search as searching
from knowledge.embedding import embed_here
from knowledge.forms import ArticleForm, QuestionForm, SynonymsForm
from knowledge.models import Article, Synonyms, TestQuestion
from knowledge.render import render as markdown


def writers_only(view: Any) -> Any:
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.membership.administers:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _article(slug: str) -> Article:
    return get_object_or_404(Article.objects.prefetch_related("versions"), slug=slug)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.prefetch_related("versions").order_by("archived_at", "topic", "title")
    groups = "\n".join(", ".join(words) for words in Synonyms.objects.values_list("words", flat=True))
    context = {"articles": articles, "synonyms": SynonymsForm(initial={"groups": groups})}
    return render(request, "knowledge/index.html", {**context, **_questions()})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What an answer would find for these words; by the words alone where meaning is asked for outside."""
    words = request.GET.get("q", "").strip()
    found = searching.search(words, embed_here(words)) if words else []
    return render(request, "knowledge/_found.html", {"found": found, "words": words})


@require_GET
def show(request: HttpRequest, article: str, number: int | None = None) -> HttpResponse:
    """The newest version, or the one an answer cited."""
    row = _article(article)
    version = get_object_or_404(row.versions.all(), number=number) if number else row.latest
    return render(
        request,
        "knowledge/article.html",
        {
            "article": row,
            "version": version,
            "html": markdown(version.body),
            "is_latest": version == row.latest,
        },
    )


@writers_only
@require_http_methods(["GET", "POST"])
def create(request: Any) -> HttpResponse:
    form = ArticleForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        article = Article.write(by=request.membership.actor, **data)
        return redirect("knowledge:article", request.organization.slug, article.slug)
    return render(request, "knowledge/edit.html", {"form": form})


@writers_only
@require_http_methods(["GET", "POST"])
def edit(request: Any, article: str) -> HttpResponse:
    row = _article(article)
    form = ArticleForm(
        request.POST or None,
        initial={
            "title": row.title,
            "topic": row.topic,
            "channel_kinds": row.channel_kinds,
            "markets": ", ".join(row.markets),
            "language": row.language,
            "brand": row.brand,
            "body": row.latest.body,
        },
    )
    if form.is_valid():
        data = form.cleaned_data
        described = [name for name in data if name != "body"]
        for name in described:
            setattr(row, name, data[name])
        row.save(update_fields=described)
        row.publish(data["body"], request.membership.actor)
        return redirect("knowledge:article", request.organization.slug, row.slug)
    return render(request, "knowledge/edit.html", {"form": form, "article": row})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    return render(request, "knowledge/_preview.html", {"html": markdown(request.POST.get("body", ""))})


@writers_only
@require_POST
def archive(request: Any, article: str) -> HttpResponse:
    """Archive, or bring back: the undo of itself."""
    row = _article(article)
    if row.archived_at:
        row.restore(request.membership.actor)
    else:
        row.archive(request.membership.actor)
    return redirect("knowledge:article", request.organization.slug, row.slug)


@writers_only
@require_POST
def synonyms(request: Any) -> HttpResponse:
    form = SynonymsForm(request.POST)
    if form.is_valid():
        Synonyms.replace(form.cleaned_data["groups"], request.membership.actor)
    return render(request, "knowledge/_synonyms.html", {"synonyms": form, "saved": form.is_valid()})


@require_GET
def questions(request: Any) -> HttpResponse:
    return render(request, "knowledge/_questions.html", _questions())


@writers_only
@require_POST
def add_question(request: Any) -> HttpResponse:
    form = QuestionForm(request.POST)
    if form.is_valid():
        TestQuestion.objects.get_or_create(**form.cleaned_data)
        form = QuestionForm()
    return render(request, "knowledge/_questions.html", {**_questions(), "question": form})


@writers_only
@require_POST
def run_questions(request: Any) -> HttpResponse:
    TestQuestion.ask_all(request.organization.pk, request.membership.actor)
    return render(request, "knowledge/_questions.html", _questions())


@writers_only
@require_POST
def delete_question(request: Any, question: UUID) -> HttpResponse:
    get_object_or_404(TestQuestion, pk=question).delete()
    return render(request, "knowledge/_questions.html", _questions())


def _questions() -> dict[str, Any]:
    rows = list(TestQuestion.objects.select_related("article"))
    ran = [row for row in rows if row.ran_at and not row.is_waiting]
    return {
        "questions": rows,
        "passed": sum(row.passes for row in ran),
        "ran": len(ran),
        "waiting": any(row.is_waiting for row in rows),
        "question": QuestionForm(),
    }
