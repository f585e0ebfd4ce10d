"""Similar cases: tickets that were solved, and whose customers wrote alike."""
