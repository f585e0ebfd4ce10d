"""Apple Messages for Business: one business account, by the REST API for messaging service providers."""
