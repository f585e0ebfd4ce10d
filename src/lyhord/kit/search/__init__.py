"""Full-text search in any language: what was asked, where it stands, and the words around it."""

from lyhord.kit.search.document import NEWEST, Document, Hit
from lyhord.kit.search.index import Index
from lyhord.kit.search.query import Query, parse_query
from lyhord.kit.search.snippet import Snippet, make_snippet

__all__ = ["NEWEST", "Document", "Hit", "Index", "Query", "Snippet", "make_snippet", "parse_query"]
