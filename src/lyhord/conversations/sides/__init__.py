"""Side conversations: what agents write with third parties about a customer's conversation, which the customer never sees."""
