"""Which imports and helpers code needs, told by rustc itself, against what `app.rust` proposes."""
