"""Visitors' browsers that are told when an answer comes and the chat isn't open."""
