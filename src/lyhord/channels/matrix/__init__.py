"""Matrix: one user of the company's own homeserver, spoken for as an application service."""
