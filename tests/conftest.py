"""What all tests share."""

import os

from hypothesis import Phase, settings

# Continuous integration tries the same examples each time; at home each run tries new ones.
# No deadline: it would measure the machine, not the program.
settings.register_profile("home", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
# Where the same tests run again for each of many mutants: few examples, and a failure is enough.
settings.register_profile(
    "mutants", settings.get_profile("ci"), max_examples=5, phases=[Phase.explicit, Phase.generate]
)
profile = "ci" if os.environ.get("CI") == "true" else "home"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", profile))
