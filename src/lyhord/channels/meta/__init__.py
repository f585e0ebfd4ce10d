"""What the channels of Meta share (WhatsApp, Messenger, Instagram): signed calls in, the Graph API out. No channel by itself."""
