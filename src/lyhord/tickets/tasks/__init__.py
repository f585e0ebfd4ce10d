"""Tasks: what a colleague or a team is asked to do, or to approve, for a ticket. The customer sees nothing of them."""
