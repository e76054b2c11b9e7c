"""Makes the bundled files from published packages. Nothing here runs on the site.

Run by ``manage.py build_places``; docs/places.md says what is taken from where.
"""
