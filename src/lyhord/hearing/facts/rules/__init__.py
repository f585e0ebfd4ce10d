"""How people state things about themselves, by language."""
