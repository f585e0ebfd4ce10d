"""Templates: messages that a channel's owner approved beforehand, kept per inbox."""
