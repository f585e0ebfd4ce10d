"""Surveys: what customers are asked about the answers that they got, what they say, and what comes of it."""
