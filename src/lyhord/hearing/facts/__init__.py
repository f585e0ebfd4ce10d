"""What customers state about themselves: what they prefer, plan, own, struggle with and go through, in their own words."""
