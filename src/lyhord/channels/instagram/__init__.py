"""Instagram: what people write to a professional account, in private and in public."""
