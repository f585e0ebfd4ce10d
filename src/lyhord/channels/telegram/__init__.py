"""Telegram: what people write to the company's bot, or to its business account."""
