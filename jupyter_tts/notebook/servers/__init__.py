"""The embedded server's process, connections, and voices of servers."""
