"""Consents: what a contact said yes or no to, for which purpose and on which channel. Nothing of it is ever changed."""
