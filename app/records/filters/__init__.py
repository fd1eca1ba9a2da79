"""Which records a person means: rows light enough for lists of any length, and the language that picks among them."""
