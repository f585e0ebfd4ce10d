"""Themes: what several customers write about of late that no reason covers."""
