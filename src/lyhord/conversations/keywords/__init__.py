"""Keywords: words that customers send to an inbox alone ("LINK to 71550"), and what happens by itself then."""
