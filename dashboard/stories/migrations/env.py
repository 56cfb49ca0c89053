"""Alembic's way in: migrations run on the connection that `store.migreer` gives."""

from alembic import context

from dashboard.sheets import models as bladen  # noqa: F401 - their tables count too
from dashboard.stories import (  # noqa: F401 - and theirs
    models_access,
    models_bijeenkomst,
    models_inzet,
    models_telefoon,
)
from dashboard.stories.models import Basis

verbinding = context.config.attributes["verbinding"]
context.configure(
    connection=verbinding, target_metadata=Basis.metadata, render_as_batch=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
