"""Messenger: what people write to a Facebook Page, in private and in public."""
