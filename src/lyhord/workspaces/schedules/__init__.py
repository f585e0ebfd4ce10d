"""Schedules: the hours that teams keep other than the workspace's, and the public holidays of countries."""
