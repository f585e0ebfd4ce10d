"""Mastodon: a company's account on any server of the fediverse that speaks Mastodon's client API."""
