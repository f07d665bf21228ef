"""What many ask under a live: read once a group, joined by meaning, answered once."""
