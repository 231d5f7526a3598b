"""The built site in a real browser. A package, so that one browser serves its tests and closes after the last."""
