"""The participants' server and the desk's server: two small Voilas, each with its own routes and nothing else."""

from __future__ import annotations

import sys

# Jupyter's event schemas would import this grammar of international addresses, which nothing here needs and which takes
# two seconds at every start: a server that was killed would be away twice as long.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
