"""Bluesky: a company's account on Bluesky, or on any other server of the AT Protocol."""
