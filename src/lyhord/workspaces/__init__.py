"""Workspaces: one company's data, its agents, roles, teams, inboxes and audit."""
