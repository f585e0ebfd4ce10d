"""The HTTP edge: sign-in, errors to status codes, live streams, inbound webhooks, built front ends."""
