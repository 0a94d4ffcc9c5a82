"""How fast runs are: `python -m bench` measures it and writes docs/speed.md."""
