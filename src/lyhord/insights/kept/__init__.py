"""What was promised, by service levels and to customers, and whether it was kept."""
