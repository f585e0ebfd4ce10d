"""Technique without product words: database and writer, event log, bus, jobs, files, ids, clock, text, signatures, HTTP."""
