"""What the company owes the people whose words it keeps: to forget them when they ask."""
