"""Customers who are unhappy and don't say so: found by named signals with plain weights, so that everybody can see why."""
