"""From text to messages of sound: what the WebSocket endpoints and the HTTP routes share."""
