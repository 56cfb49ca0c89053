"""`python -m pipelines.voorbeeld [DOEL]`."""

import sys
from pathlib import Path

from pipelines.voorbeeld import VAST, genereer

genereer(Path(sys.argv[1]) if len(sys.argv) > 1 else VAST)
