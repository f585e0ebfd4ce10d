"""Names that come only to whoever asks: some channels bring an id with a message and tell by a call who has it."""
