"""Mail as bytes: fields, parts, encodings and charsets, read with limits and written without surprises."""
