"""The engine held against formulas, against another simulator, and against AWS: `make proofs`."""
