"""What can be done to conversations, one use case a file."""
