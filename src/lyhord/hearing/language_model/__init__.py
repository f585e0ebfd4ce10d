"""The language model that a workspace may connect: where it is, what it is used for, how it is asked, and what of its words is believed."""
