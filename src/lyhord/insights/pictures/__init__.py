"""Questions about what happened, answered in figures: why customers write, how they fare, whether a change is more than noise."""
