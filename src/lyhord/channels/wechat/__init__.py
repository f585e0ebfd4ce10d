"""WeChat: an official account, with the customer service messages that it may send."""
