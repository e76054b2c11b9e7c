"""Where things happen: communes and départements, what is near, and maps. No database."""
