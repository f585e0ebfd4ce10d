"""What stands below mails: each agent's own signature, and one of the inbox for who has none."""
