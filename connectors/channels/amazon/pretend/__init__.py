"""Amazon's side of the pretend world; see sandbox.py."""
