"""What customers' devices can do, on channels where that differs: kept as it was told last, and asked for when it is old."""
