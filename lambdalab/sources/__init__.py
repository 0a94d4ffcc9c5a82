"""What feeds functions, and where their documents go: frozen values, by kind."""
