"""How long things are kept: rules of the workspace and of single inboxes, and what goes when its time is up."""
