"""Sockets: opened on demand or ahead, held warm, shared by several streams."""
