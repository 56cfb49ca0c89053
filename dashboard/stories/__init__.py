"""Stories: what people tell, bound to figures, kept outside every publication."""
