"""What routes share, without product words: principals with named powers, problems, paging, idempotency."""
