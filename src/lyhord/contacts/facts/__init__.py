"""Facts: short things that are good to know about a contact, each with who noted it and when."""
