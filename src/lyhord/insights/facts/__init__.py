"""What happened as rows made for questions: one per ticket, one per message, ids and categories only, in Parquet files beside the database.

They can be thrown away: what is missing is read from the tables, and the worker writes them anew (decision 29).
"""
