"""Hints: that a message may be a complaint, and how its customer feels. An agent says whether; a weekly look counts what was missed."""
