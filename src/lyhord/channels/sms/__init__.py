"""SMS: a number or short code at Twilio or whoever speaks like it, at an SMS centre (SMPP), or behind a Kannel gateway."""
