"""WhatsApp's side of the pretend world."""
