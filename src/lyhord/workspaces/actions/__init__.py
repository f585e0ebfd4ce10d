"""Everything that changes workspaces, agents, teams, inboxes and ways in."""
