"""What the Makefile and the tests share. Nothing here is part of the package that is installed."""
