"""Routing: which team and which agent a ticket goes to, in which order, and why. Off until a workspace makes a route."""
