"""One file per wish. Each takes the case and gives paragraphs, or says why a person must answer."""
