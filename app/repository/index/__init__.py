"""Finding in a whole repository: an index of its items, text search, definitions, references, places visited.

Nothing here knows a screen. The index is made in the background and kept on disk by content.
"""
