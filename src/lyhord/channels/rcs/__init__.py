"""RCS for Business: an agent, by Google's RCS Business Messaging API."""
