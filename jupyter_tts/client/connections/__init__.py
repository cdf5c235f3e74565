"""Sockets: opened, opened ahead, kept waiting, shared by several streams."""
