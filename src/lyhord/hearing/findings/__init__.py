"""What was heard in a message, whatever it is: one row a finding, and what people say against it."""
