"""Web chat: a panel on the company's own pages. The visitor's stream is the delivery."""
