"""Data to components, used by more than one page."""
