"""The participants' server and the desk's server: two small Voilas, each with its own routes and nothing else."""

from __future__ import annotations

from workshop.server.compat import without_address_grammar

without_address_grammar()  # before anything imports Jupyter: a server that was killed would be away twice as long
