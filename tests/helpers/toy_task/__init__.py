"""A task of five files, as small as a task can be: who plans to do what. It uses nothing of another task."""
