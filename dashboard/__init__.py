"""The showing and the telling: pages, stories, and the reader of publications."""
