"""Questions about what happened, and their answers as figures: why customers write, how they fare, and whether a change is more than noise."""
