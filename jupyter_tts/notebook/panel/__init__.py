"""The panel: its schema, widgets, history and network section."""
