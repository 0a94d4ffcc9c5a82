from pathlib import Path
FOUND = Path(__file__).parents[1] / "docs" / "proven.json"
def write(): pass
