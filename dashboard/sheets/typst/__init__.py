"""Typst templates; the files beside this one."""
