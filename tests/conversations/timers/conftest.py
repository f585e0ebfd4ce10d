"""A company with customers for every test here."""

from tests.conversations.conftest import desk

__all__ = ["desk"]
