"""Being told: what happened that concerns an agent, in the app, by push and by mail."""
