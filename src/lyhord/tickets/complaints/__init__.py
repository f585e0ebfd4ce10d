"""Complaints: whose they are, by when, what they cost, and the register of all of them. A complaint is a ticket of that kind."""
