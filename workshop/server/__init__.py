"""The participants' server and the desk's server: two small Voilas, each with its own routes and nothing else."""
