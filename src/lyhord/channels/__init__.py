"""The doors. One folder per channel; each implements `lyhord.conversations.channel` and is named by `lyhord.app` alone."""
