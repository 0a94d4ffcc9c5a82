"""How what a learner wired becomes a simulation: one module for each kind of resource."""
