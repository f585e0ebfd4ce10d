"""Timers of chats: where a channel's users let everything that is said in a chat vanish after a time, both sides' words do."""
