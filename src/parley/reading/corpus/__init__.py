"""Corpora: files too large to hold, scored shard by shard."""
