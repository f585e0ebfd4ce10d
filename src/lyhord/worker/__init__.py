"""The other edge: runs followers, jobs, timers, deliveries and the doors of inboxes."""
