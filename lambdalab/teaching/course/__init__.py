"""The problems of the course: one module for each lesson, each with a `LESSON`."""
