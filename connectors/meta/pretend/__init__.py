"""Meta's side of the pretend world, for Facebook and Instagram alike."""
