"""X, formerly Twitter: what people say to a company's account in posts, and in private messages."""
