"""TikTok Shop's side of the pretend world, a part a file."""
