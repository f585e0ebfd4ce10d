"""The history of the tables. Each step stands alone: it imports nothing of the product, so that it still runs in five years."""
