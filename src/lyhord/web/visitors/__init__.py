"""The visitor API: what a chat panel on somebody else's page may ask for, and nothing of anybody else."""
