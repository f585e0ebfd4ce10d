"""Reply promises: what customers are told about when an answer comes, and whether that was kept."""
