"""The company of the pictures."""

from tests.insights.pictures.conftest import company, desk

__all__ = ["company", "desk"]
