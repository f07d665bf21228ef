from knowledge.models.article import DIMENSIONS, Article, ArticleVersion, Passage, Topic
from knowledge.models.question import TestQuestion
from knowledge.models.synonyms import Synonyms

__all__ = ["DIMENSIONS", "Article", "ArticleVersion", "Passage", "Synonyms", "TestQuestion", "Topic"]
