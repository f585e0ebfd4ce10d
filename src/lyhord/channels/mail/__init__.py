"""E-mail: IMAP or a plain SMTP receiver in, SMTP out."""
