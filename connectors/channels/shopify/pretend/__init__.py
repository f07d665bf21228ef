"""The parts of sandbox.py: the world as Shopify shows it."""
