"""Viber: a bot, by the REST Bot API."""
