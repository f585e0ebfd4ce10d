"""Contacts: the persons outside who talk with the company, and their identities."""
