"""Replies that leave later: kept with their time, held where the customer writes first, sent by a job."""
