"""What Walmart's side of the pretend world is made of; see ../sandbox.py."""
