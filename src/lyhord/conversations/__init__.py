"""Conversations: one timeline per contact, for ever and over all channels."""
