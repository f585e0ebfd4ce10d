"""What happened, in numbers: roll-ups that a follower keeps, so that reading never counts messages."""
