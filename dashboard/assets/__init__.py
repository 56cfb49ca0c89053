"""The one stylesheet and the small script, served locally."""
