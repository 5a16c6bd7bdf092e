"""Waiting lists of an area, or of files without one."""
