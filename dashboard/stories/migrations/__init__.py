"""Changes to the story store, by Alembic."""
