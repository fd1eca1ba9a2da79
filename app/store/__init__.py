"""Where records and drafts are kept: one protocol, journals that implement it, drafts beside them."""
