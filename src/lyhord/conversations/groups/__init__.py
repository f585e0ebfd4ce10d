"""Groups: several contacts in one conversation, who come and go, and a name that changes."""
