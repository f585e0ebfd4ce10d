"""The sandbox: a channel in a browser tab that plays any other, for demos and tests."""
