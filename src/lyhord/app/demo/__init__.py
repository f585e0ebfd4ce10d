"""A workspace to look at: a shop that doesn't exist and what its customers write, loaded and removed with one click."""
