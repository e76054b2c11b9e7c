"""Backing a site up while it runs, and restoring it without what was erased since."""
