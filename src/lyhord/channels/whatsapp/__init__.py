"""WhatsApp over Meta's Cloud API: one phone number of a WhatsApp Business Account."""
