"""Translation both ways, where the workspace has a translator: what customers write for agents, what agents write for customers."""
