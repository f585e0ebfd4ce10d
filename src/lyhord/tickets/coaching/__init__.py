"""Coaching notes: what a lead says to one agent about a conversation, between the two of them and who else coaches."""
