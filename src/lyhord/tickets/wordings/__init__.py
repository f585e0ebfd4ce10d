"""What a language model wrote about tickets, where a workspace has one: sentences that rest on messages, kept until these go on."""
