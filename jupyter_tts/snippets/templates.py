"""The fixed parts of the code that :mod:`.snippets` makes, with ``$names`` for the others."""

from __future__ import annotations

from string import Template

__all__ = [
    "CURL",
    "JAVASCRIPT",
    "JAVASCRIPT_WAV",
    "PYTHON",
    "PYTHON_HTTP",
    "SAVE_RAW",
    "SAVE_WAV",
    "SDK",
    "SDK_DIALOGUE",
    "SDK_HTTP",
    "SHELL",
]

PYTHON = Template('''\
"""Speak a text over ElevenLabs' $endpoint WebSocket and save the sound.

Needs: pip install "websockets>=15"
$hint"""

import asyncio
import base64
import json
$imports
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

URL = $url
FIRST_MESSAGE = $first_message
TEXT = $text
TEXT_MESSAGE = $text_message
LAST_MESSAGE = $last_message
KEY = $key


async def main():
    async with connect(
        URL,
        additional_headers={"xi-api-key": KEY} if KEY else None,
        max_size=16 * 2**20,  # bytes; a message may exceed the library's 1 MiB
        compression=None,  # it would only undo base64
$proxy    ) as socket:
        # Both at once: sound arrives while text is still being sent.
        _, audio = await asyncio.gather(send(socket), receive(socket))
$save

async def send(socket):
    try:
        for message in (FIRST_MESSAGE, TEXT_MESSAGE, LAST_MESSAGE):
            await socket.send(json.dumps(message))
    except ConnectionClosed:
        pass  # receive() says why


async def receive(socket):
    audio = bytearray()
    async for frame in socket:
        message = json.loads(frame)
        if error := message.get("message") or message.get("error"):
            raise RuntimeError(error)
        audio += base64.b64decode(message.get("audio") or "")
        if message.get("$final"):
            return audio
    raise RuntimeError(f"closed too early: {socket.close_code} {socket.close_reason}")


asyncio.run(main())
''')

SAVE_WAV = Template("""\
with wave.open("$file", "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)  # bytes
    file.setframerate($rate)
    file.writeframes(audio)
""")

SAVE_RAW = Template("""\
with open("$file", "wb") as file:
    file.write(audio)
""")

SDK = Template('''\
"""Speak a text with ElevenLabs' SDK and save the sound.

Needs: pip install "elevenlabs>=2.78"
$hint"""

${imports}${settings}from elevenlabs.client import ElevenLabs

TEXT = $text

$client
$left_out
audio = b"".join(
    client.text_to_speech.convert_realtime(
        $voice,
        text=iter([TEXT]),  # a bare string would be sent character by character
$arguments    )
)
$save''')

# Version 2.78 has no class for the dialogue sockets.
SDK_DIALOGUE = Template('''\
"""Speak a text with ElevenLabs' SDK and save the sound.

Needs: pip install "elevenlabs>=2.78"
$hint"""

${imports}from elevenlabs import DialogueInput$settings
from elevenlabs.client import ElevenLabs

TEXT = $text

$client
$left_out
audio = b"".join(
    client.text_to_dialogue.stream(
        inputs=[DialogueInput(text=TEXT, voice_id=$voice)],
$arguments    )
)
$save''')

SDK_HTTP = Template('''\
"""Speak a text with ElevenLabs' SDK, over HTTP, and save the sound.

Needs: pip install "elevenlabs>=2.78"
$hint"""

import base64
${imports}
${types}from elevenlabs.client import ElevenLabs

TEXT = $text

$client
chunks = client.$method(
$arguments)
audio = b"".join(base64.b64decode(chunk.audio_base_64) for chunk in chunks)
$save''')

PYTHON_HTTP = Template('''\
"""Speak a text with one HTTP request to ElevenLabs' $endpoint and save the sound.

Needs nothing but Python.
$hint"""

import base64
import json
${imports}import urllib.request
${wave}
URL = $url
TEXT = $text
BODY = $body
KEY = $key

request = urllib.request.Request(
    URL, json.dumps(BODY).encode(), {"Content-Type": "application/json"}
)
if KEY:
    request.add_unredirected_header("xi-api-key", KEY)
audio = bytearray()
with $open(request) as answer:
    for line in answer:  # each has some of the sound, and the times of characters
        if line.strip():
            audio += base64.b64decode(json.loads(line)["audio_base64"])
$save''')

# One word for the key's header, since not every shell splits what a parameter becomes.
CURL = Template("""\
curl --silent --show-error --no-buffer --fail-with-body --globoff \\
  $url \\
  $header--header 'Content-Type: application/json' \\
  --data-raw $body |
  jq -r 'if .detail then error(.detail | tostring) else .audio_base64 end' |
  base64 --decode > $file""")

# Node's own WebSocket takes headers, as undici documents; so the first message stays the same
# as everywhere, nothing has to be installed, and the key is where ElevenLabs recommends it.
JAVASCRIPT = Template("""\
// Speak a text over ElevenLabs' $endpoint WebSocket and save the sound.
// Needs Node.js 22 or newer: node speak.mjs
${hint}import { writeFile } from "node:fs/promises";

const url = $url;
const firstMessage = $first_message;
const text = $text;
const textMessage = $text_message;
const lastMessage = $last_message;
const key = $key

const audio = await new Promise((resolve, reject) => {
  // A browser's WebSocket cannot set headers, and a page must not hold a key: there, add a
  // single_use_token to the URL instead, of the type $token.
  const socket = new WebSocket(url, { headers: key ? { "xi-api-key": key } : {} });
  const chunks = [];
  socket.onopen = () => {
    for (const message of [firstMessage, textMessage, lastMessage]) {
      socket.send(JSON.stringify(message));
    }
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    const error = message.message || message.error;
    if (error) reject(new Error(error));
    if (message.audio) chunks.push(Buffer.from(message.audio, "base64"));
    if (message.$final) resolve(Buffer.concat(chunks));
    if (error || message.$final) socket.close();
  };
  socket.onerror = (event) => reject(new Error(event.message || "no connection"));
  socket.onclose = ({ code, reason }) => reject(new Error(`closed too early: $${code} $${reason}`));
});
await writeFile("$file", $content);
$wav""")

JAVASCRIPT_WAV = """
function wav(pcm, rate) {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + pcm.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16); // bytes up to "data"
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28); // bytes per second
  header.writeUInt16LE(2, 32); // bytes per frame
  header.writeUInt16LE(16, 34); // bits per sample
  header.write("data", 36);
  header.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([header, pcm]);
}
"""

# One frame per line. Without --no-close websocat would send a close frame at the end of its
# input, before the sound has come, and it splits messages longer than its buffer (in bytes).
SHELL = Template("""\
printf '%s\\n' \\
  $frames |
  websocat --no-close --buffer-size=16777216 $header\\
    $url |
  jq -r 'if .message // .error then error(.message // .error) else .audio // empty end' |
  base64 --decode > $file""")
