from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from pgvector.django import HnswIndex, VectorField

from audit.record import Actor, record
from config.tenancy import TenantModel
from config.wake import wake

DIMENSIONS = 384  # multilingual-e5-small; OpenAI's text-embedding-3 models are asked for the same


class Topic(models.TextChoices):
    SHIPPING = "shipping", "Shipping"
    RETURNS = "returns", "Returns"
    PRODUCTS = "products", "Products"
    ORDERS = "orders", "Orders and payment"
    OTHER = "other", "Everything else"


class Article(TenantModel):
    """A page of knowledge. What it says is in its versions; the newest one is what answers may cite."""

    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=180)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.OTHER)
    channel_kinds = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Where it applies; empty means everywhere",
    )
    markets = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        help_text="Countries (ISO 3166) it applies to; empty means everywhere",
    )
    brand = models.CharField(max_length=60, blank=True, help_text="Of several; empty means all")
    language = models.CharField(
        max_length=2, blank=True, help_text="ISO 639-1, for readers of this one only; empty means all"
    )
    archived_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="one_article_per_slug")]
        ordering = ["topic", "title"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def write(
        cls,
        title: str,
        body: str,
        topic: str,
        by: Actor,
        channel_kinds: list[str] | None = None,
        **scope: Any,
    ) -> Article:
        """A new article with its first version. `scope`: markets, brand, language."""
        taken = set(cls.objects.values_list("slug", flat=True))
        base = slugify(title)[:170] or "article"
        slug = next(s for s in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)
        article = cls.objects.create(
            title=title, slug=slug, topic=topic, channel_kinds=channel_kinds or [], **scope
        )
        article.publish(body, by)
        return article

    def publish(self, body: str, by: Actor) -> ArticleVersion:
        """A new version; the same words again are not one."""
        Article.objects.select_for_update().get(pk=self.pk)
        latest = self.versions.first()
        if latest and latest.body == body:
            return latest
        version = ArticleVersion.objects.create(
            article=self, number=latest.number + 1 if latest else 1, body=body, author_label=by.label
        )
        record("article.published", actor=by, subject=self, data={"version": version.number})
        wake("knowledge.tasks.index_version", version.tenant, version_id=version.pk)
        return version

    def archive(self, by: Actor) -> None:
        """Out of search and out of new answers; old answers keep the version they cited."""
        self.archived_at = timezone.now()
        self.save(update_fields=["archived_at"])
        record("article.archived", actor=by, subject=self)

    def restore(self, by: Actor) -> None:
        self.archived_at = None
        self.save(update_fields=["archived_at"])
        record("article.restored", actor=by, subject=self)

    @property
    def latest(self) -> ArticleVersion:
        return self.versions.all()[0]


class ArticleVersion(TenantModel):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField(help_text="Markdown")
    author_label = models.CharField(max_length=200)
    written_at = models.DateTimeField(default=timezone.now)
    indexed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "article", "number"], name="one_row_per_version")
        ]
        ordering = ["-number"]


class Passage(TenantModel):
    """A findable piece of one version. Pieces of older versions stay, so that what was cited can be opened."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="passages")
    ordinal = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    embedding = VectorField(dimensions=DIMENSIONS)
    embedder = models.CharField(
        max_length=80,
        blank=True,
        default="",
        help_text="Which model made it, since vectors of two cannot be compared; empty: not written down",
    )
    words = SearchVectorField()
    is_live = models.BooleanField(default=True, help_text="Belongs to the newest version")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "version", "ordinal"], name="one_row_per_passage")
        ]
        indexes = [
            GinIndex(fields=["words"], name="passage_words"),
            HnswIndex(
                fields=["embedding"],
                name="passage_embedding",
                m=16,
                ef_construction=64,
                opclasses=["vector_ip_ops"],
                condition=models.Q(is_live=True),
            ),
        ]
        ordering = ["ordinal"]
