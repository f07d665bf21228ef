"""What Facebook, Instagram and WhatsApp have in common: the Graph API, its errors, signatures and consent."""
