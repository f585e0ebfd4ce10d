"""What a message names: addresses, numbers, amounts, days, references, and what a workspace looks for; and hiding what is personal."""
