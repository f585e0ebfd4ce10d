"""XMPP: one address at a component of the company's own server (XEP-0114)."""
