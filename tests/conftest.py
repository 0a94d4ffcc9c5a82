"""What all tests share."""

import os

from hypothesis import settings

# Continuous integration tries the same examples each time; at home each run tries new ones.
# No deadline: it would measure the machine, not the program.
settings.register_profile("home", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "home")
