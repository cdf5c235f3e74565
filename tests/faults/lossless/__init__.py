"""Whether what is heard is the text, whatever the text, the server and the fault."""
