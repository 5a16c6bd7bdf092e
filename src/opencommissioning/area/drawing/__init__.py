"""Charts and maps of a build: which numbers go into which picture."""
