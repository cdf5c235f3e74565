"""The embedded voice: an ElevenLabs-compatible server in its own process.

``python -m jupyter_tts.server`` serves the text-to-speech and text-to-dialogue WebSockets of
ElevenLabs' API, both over HTTP, and its lists of voices and models. English is spoken by a natural
voice named ``heart`` (jupyter_tts[natural]), all other languages by eSpeak NG. Every setting of the
protocol is checked against its declaration in :mod:`jupyter_tts.wire.parameters`; unknown ones are
ignored. What each does:

=====================================  =============================================================
Setting                                Effect
=====================================  =============================================================
``voice_id``                           ``heart``, the natural voice; eSpeak NG's name of a voice
                                       (``en-us``, ``de+f3``); or a well-known ElevenLabs id, which
                                       stands for one of eSpeak NG's. GET /v1/voices lists all.
``model_id``                           Accepted, without effect: there is one model. On the
                                       text-to-speech WebSockets the eleven_v3 and v4 families, and
                                       what is no name, get HTTP 403; on those of text-to-dialogue
                                       everything else gets HTTP 400.
``optimize_streaming_latency``         Where the first message has no chunk_length_schedule, 0 and 1
                                       wait for 120 characters, and then 0 for the end of the
                                       sentence and 1 for that of a clause, up to twice as many; 2
                                       begins with 80, 3 and 4 with 50, and cut at any word, so that
                                       the melody ends within the sentence. 4 reads numbers digit by
                                       digit. Over HTTP, where all text is there at once, only that
                                       matters.
``stability``                          Sets the range of the melody: 1 leaves a third of it, 0.5 is
                                       the voice's own, 0 has 1.8 times as much; below 0.5 melody
                                       and pace wander, another way for each seed.
``similarity_boost``                   Keeps the pitch at the voice's own; below 0.75 it rises, by
                                       4.5 semitones at 0, and above 0.75 nothing changes.
``style``                              Emphasis: stressed vowels are longer and higher; at 1 one
                                       word in ten is 2 semitones higher or more, and speech 6 %
                                       slower.
``speed``                              Divides how long each sound lasts.
``use_speaker_boost``                  On, the voice has its full volume; off, 60 % of it.
``language_code``                      English stays with this voice; any other language is eSpeak
                                       NG's.
``apply_text_normalization``           With off (and at latency level 4) numbers are read digit by
                                       digit; on and auto read them as numbers.
``seed``                               The same seed gives the same sound, sample by sample; another
                                       one is heard only at a stability below 0.5.
``output_format``                      All of them, equally loud; mp3_44100_128 where it is left
                                       out, as documented. mp3 is made with LAME, as whole frames
                                       that begin with 1,105 samples of the codec's own; opus, in
                                       Ogg, needs jupyter_tts[codecs] and gets HTTP 403 without.
                                       POST /v1/text-to-speech/{voice_id}, and its with-timestamps,
                                       also make wav_8000 to wav_48000.
``chunk_length_schedule``              How many further characters gather before the next segment is
                                       spoken; it ends at the best boundary from there on. It counts
                                       for more than the latency level.
``auto_mode``                          Speaks every message at once; a long one sentence by
                                       sentence.
``sync_alignment``                     Sends the characters' times with every message, each with
                                       those of its own audio; otherwise a segment's times come
                                       whole with its first message.
``inactivity_timeout``                 Seconds without a message after which the stream, or one
                                       context of it, ends with an error.
``enable_ssml_parsing``                ``<break time="1.5s"/>`` is a pause of that length, of 3
                                       seconds at most. ``<phoneme alphabet="ipa" ph="...">``, or
                                       with ``cmu-arpabet``, is spoken by its pronunciation, in an
                                       English voice and with the sounds of English; what does not
                                       map is spoken as the word. Any other tag is silent.
                                       ``&amp;``, ``&lt;`` and the like are the characters that they
                                       stand for. The alignment has all of it as it was sent.
``enable_logging``                     Accepted, without effect: the log has the URLs without their
                                       secrets, never text.
``use_pvc_as_ivc``                     Accepted, without effect: no voice is a clone.
``pronunciation_dictionary_locators``  Accepted, without effect: there are no dictionaries.
=====================================  =============================================================

That is the natural voice. eSpeak NG differs in these:

=====================================  =============================================================
Setting                                Effect with eSpeak NG
=====================================  =============================================================
``stability``                          Sets the range of the melody: 1 speaks nearly on one note,
                                       0.5 as the voice does by itself, 0 with 1.6 times its range;
                                       the pitch is some 2.5 semitones lower at 1 and higher at 0.
``similarity_boost``                   Keeps the pitch at the voice's own; below 0.75 it rises, by 7
                                       semitones at 0, and above 0.75 nothing changes.
``style``                              Sets the words apart for emphasis: 0 speaks them connected, 1
                                       with a pause of some 100 ms between them.
``speed``                              Multiplies eSpeak NG's own rate, nominally 175 words per
                                       minute.
``language_code``                      Speaks with the rules of that language, in the same kind of
                                       voice; an unknown code is ignored.
``seed``                               Accepted, without effect: the voice has no randomness to
                                       seed. Earlier speech changes some samples of later speech.
=====================================  =============================================================

A text in another script than the voice's, or with the ``language_code`` of a language that it does
not speak, is spoken by eSpeak NG, and so is everything where the natural voice is not installed or
fails. Over a WebSocket the first message of such sound says so, in ``embedded_voice``.

Over HTTP, in the body or the query of a request, the same names mean the same. Of what only HTTP
has, ``previous_text``, ``next_text``, ``previous_request_ids``, ``next_request_ids``,
``apply_language_text_normalization`` and ``audio_effects`` are accepted, without effect; the
first four and the locators are checked for their type, and ``model_id`` may name any model. A
text has at most 10,000 characters, and breaks and phoneme elements are obeyed in it without a
setting, while any other tag is text: ``enable_ssml_parsing`` is one of the WebSockets alone. The
times of an answer with timestamps, streamed or not, count from its beginning. The answers have
the headers ``request-id``, ``x-trace-id`` (the same), ``character-cost``,
``current-concurrent-requests`` and
``maximum-concurrent-requests``; there is no ``x-region``, for there are no regions. Errors have the
older and the newer shape in one body.

One account pays for all: GET /v1/user/subscription has the number of characters spoken since the
start, and ``--quota`` sets its limit. Beyond it a request gets HTTP 401, a
WebSocket the close code 1008, both with quota_exceeded: a request before it is spoken, a WebSocket
at the segment that exceeds it. A preview, for which each voice counts to ten in its language,
costs nothing and needs no key. POST /v1/single-use-token/tts_websocket gives a token that opens
one WebSocket of text-to-speech within 15 minutes, as ``single_use_token`` in its URL; a used one
gets HTTP 401. One of ttd_websocket opens one of text-to-dialogue, also from the first message; a
used one, or one of the other type, closes it with 1008.

On ``multi-stream-input`` up to 5 contexts are spoken at the same time, each with settings, an
encoder and a clock of its own; optimize_streaming_latency and use_pvc_as_ivc are not known there,
and try_trigger_generation does nothing. A context that was silent for too long gets the error with
its id, and the others go on; when it was the last, the socket closes with it. Closed without a
flush, a context speaks only what was flushed before. Settings may differ from context to
context, as documented, though users have seen ElevenLabs refuse it (pipecat#4556).

``text-to-dialogue/stream-input`` and ``multi-stream-input`` have the protocol of ElevenLabs, not
its voices: the voices above speak there, and how they sound says nothing of eleven_v3 or v4.
Documented there, or measured by others: the first message, and no later one, registers the voices,
as many as the model has (one, or 10 of eleven_v4 and eleven_v3); text of one turn is joined
verbatim, and spoken once about 40 characters and 8 words have gathered, or when it is flushed; a
new turn or another voice ends the one before; ``is_final_audio_for_turn`` comes after the sound of
a flush, and ``is_final`` once per context; closing speaks what is left; up to 5 contexts, those
that are closing among them; 20 seconds without a message end a context, or the socket; errors have
``code`` and ``param``, and close the whole socket. With ``sync_alignment`` times begin at 0 in
every message; without, there are none. Of the settings ``stability`` acts as above,
``clone_strength`` is checked and without effect, and any other is ignored. The parameters are
``model_id``, ``output_format``, ``language_code``, ``sync_alignment``,
``apply_text_normalization``, ``seed`` and ``enable_logging``. A ``language_code`` that neither the
model nor a voice here knows is an error in the stream, and over HTTP gets HTTP 400.

Not established at ElevenLabs, and so this server's own: that ``is_final_audio_for_turn`` also comes
after a new turn, another voice, a close and a flush without text; that a single session which was
silent for 20 seconds speaks what is left and closes with 1000; that later voice settings are an
error; the HTTP status for another model; the ids of the errors but for context_closing,
too_many_contexts, invalid_token_type and authentication_required, and all sentences but those about
repeated voices, a token's type and a language; that an id may be used again after its final
message; that closing an unknown context does nothing; mp3_44100_128 where no format is named.

Not performed: an audio tag (``[laughs]``) is a pause of 0.2 seconds, ``[short pause]``,
``[pause]`` and ``[long pause]`` are 0.4, 0.8 and 1.5 seconds. It is never spoken, its characters
keep their place in the times, and they are charged. So it is on the dialogue routes, and in
text-to-speech over HTTP with a model of those families. SSML is text in a dialogue. IPA between
slashes, with a sign that only IPA has, is pronounced as in a phoneme element. Voices do not react
to each other.

POST /v1/text-to-dialogue, and its ``stream``, ``with-timestamps`` and
``stream/with-timestamps``, speak up to 10 voices one after the other. ``voice_segments`` has one
entry for each input, or in a streamed object for each part in it, with indexes into the
characters of the same object. ``previous_text``, ``future_text``, the request ids, the locators,
``use_pvc_as_ivc`` and ``audio_effects`` are accepted, without effect.

``alignment`` is the text as sent, character by character. How the voice spells out
numbers and abbreviations is not known, so ``normalizedAlignment`` is the same.

Access: bound to loopback, as by default, the server answers only to loopback names and addresses
in ``Host``; bound to all addresses, to any address and to ``localhost``, but to no other name
unless ``--allow-host`` adds it. Web pages (requests with an ``Origin`` that is not the server's
own) get HTTP 403 unless ``--allow-origin`` names theirs. Where other machines can reach it, the
server does not start without a key. `access.limits.Limits` bounds how much one client may use:
above it a connection gets HTTP 503, a stream HTTP 429, a message that is too long the close code
1009, and a client that does not read 1008. The sound of one request over HTTP is an hour at most,
else it gets HTTP 400. A WebSocket whose client has not shown the key within 5 seconds is closed
with 1008, and gives way to others before.

Simulation: `Conditions` (``--rtt``, ``--bandwidth``, ``--drop-after``, ``--status`` and others)
simulate a bad network or a busy service, repeatably. While the server runs, PUT
/jupyter_tts/conditions with a JSON object of their fields (``{"rtt": 200, "status": {"503":
0.5}}``) sets others, `TTSServer.conditions` does the same in Python, and GET returns them; both
from this machine only, and with the key. Fields left out are at their defaults; a value out of
range gets HTTP 422 with a sentence, and nothing changes. An open stream keeps the conditions it
began with, but the quota and the concurrency apply to it from the next segment on. Another quota
begins a new count. A generation rate and a delay apply to one stream of text, so each context of
``multi-stream-input`` has its own; the network is one per connection.

``--record FILE --upstream SERVER`` is a proxy in front of another server. It records its
WebSockets, the requests for speech and dialogues over HTTP, and the lists of voices and models,
without keys; any other GET is passed on and not recorded. ``--replay FILE`` plays them back at
their pace, with no voice and no key, for the same URL and the same text; settings do not count, nor
which context, or voice of a dialogue, a text was for.

As a library: `serve` runs the server in an asyncio program, with further engines if it is given
some, and the fixture ``tts_server`` (`jupyter_tts.server.pytest_plugin`) in the tests of any
project that has this package installed.

Where things are::

    cli.py, applications.py, listener.py   the process, its applications, its connections
    inprocess.py, pytest_plugin.py         the server in another program, and in tests
    app.py, state.py                       the routes, and what their handlers share
    access/      who may use the server: keys, tokens, hosts, origins, limits, refusals
    http/        speech, dialogues, voices, account and conditions over HTTP
    websocket/   the WebSocket endpoints: rules without I/O, and the connection that runs them
    engines/     the Engine protocol, what engines share, the choice of one; a folder for each
    simulation/  a bad network, a busy service, the account's quota
    recording/   --record and --replay; imported only for them
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..wire.conditions import Conditions
    from .inprocess import TTSServer, serve

__all__ = ["Conditions", "TTSServer", "serve"]

# Imported on first use: most modules here do not need aiohttp.
_MODULES = {"Conditions": "..wire.conditions", "TTSServer": ".inprocess", "serve": ".inprocess"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _MODULES[name] == ".inprocess":
        importlib.import_module(".library", __name__)
    return getattr(importlib.import_module(_MODULES[name], __name__), name)
