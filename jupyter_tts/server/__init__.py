"""The embedded voice: an ElevenLabs-compatible server in its own process.

``python -m jupyter_tts.server`` serves the ``stream-input`` WebSocket and ``/v1/voices`` of
ElevenLabs' API with eSpeak NG. Every setting of the protocol is checked against its declaration
in :mod:`jupyter_tts.wire.parameters`; unknown ones are ignored. What each does:

=====================================  =============================================================
Setting                                Effect
=====================================  =============================================================
``voice_id``                           eSpeak NG's name of a voice (``en-us``, ``de+f3``) or a
                                       well-known ElevenLabs id, which stands for one of them; GET
                                       /v1/voices lists all.
``model_id``                           Accepted, without effect: there is one model. The eleven_v3
                                       and v4 families, and what is no name, get HTTP 403.
``optimize_streaming_latency``         4 reads numbers digit by digit; 0 to 3 are accepted, without
                                       effect: the first sound comes some 10 ms after the text of
                                       its segment.
``stability``                          Sets the range of the melody: 1 speaks nearly on one note,
                                       0.5 as the voice does by itself, 0 with twice its range.
``similarity_boost``                   Keeps the pitch at the voice's own; below 0.75 it drifts
                                       higher, the more the lower the value, and above 0.75 nothing
                                       changes.
``style``                              Sets the words apart for emphasis: 0 speaks them connected, 1
                                       with a pause of some 100 ms between them.
``speed``                              Multiplies the rate of 175 words per minute.
``use_speaker_boost``                  On, the voice has its full volume; off, 60 % of it.
``language_code``                      Speaks with the rules of that language, in the same kind of
                                       voice; an unknown code is ignored.
``apply_text_normalization``           With off (and at latency level 4) numbers are read digit by
                                       digit; on and auto read them as numbers.
``seed``                               Accepted, without effect: the voice has no randomness to
                                       seed.
``output_format``                      pcm_8000 to pcm_48000, ulaw_8000 and alaw_8000. Others get
                                       HTTP 403, and so does a URL without one: the documented
                                       default, mp3_44100_128, cannot be made here, and another
                                       would be noise to whoever expects it.
``chunk_length_schedule``              How many further characters gather before the next segment is
                                       spoken; it ends at the best boundary from there on.
``auto_mode``                          Speaks every message at once; a long one sentence by
                                       sentence.
``sync_alignment``                     Sends the characters' times with every message, each with
                                       those of its own audio; otherwise a segment's times come
                                       whole with its first message.
``inactivity_timeout``                 Seconds without a message after which the stream ends with an
                                       error.
``enable_ssml_parsing``                Accepted, without effect: tags are read as text.
``enable_logging``                     Accepted, without effect: the log has the URLs without their
                                       secrets, never text.
``use_pvc_as_ivc``                     Accepted, without effect: no voice is a clone.
``pronunciation_dictionary_locators``  Accepted, without effect: there are no dictionaries.
=====================================  =============================================================

``alignment`` is the text as sent, character by character. The voice does not tell how it spells
out numbers and abbreviations, so ``normalizedAlignment`` is the same.

Who may ask: bound to loopback, as by default, the server answers only to loopback names and
addresses in ``Host``; bound to all addresses, to any address and to ``localhost``, but to no other
name unless ``--allow-host`` gives it. Web pages (requests with an ``Origin`` that is not the
server's own) get HTTP 403 unless ``--allow-origin`` lets them in. Where other machines can reach
it, the server does not start without a key. How much one client may ask, and how long it may take,
stands in ``limits``: above it a connection gets HTTP 503, a stream HTTP 429, a message that is too
long the close code 1009, and a client that does not read 1008.

The rooms: ``cli`` (the process), ``listener`` (connections), ``access`` (who may ask), ``limits``
(how much), ``app`` (routes), ``handshake`` (the URL), ``websocket`` and ``connection`` (one
WebSocket), ``heartbeat`` (is its client still there), ``stream_input`` (the session's rules,
without I/O), ``segments`` (where text is cut), ``frames`` (sound as messages), ``engine`` (the
voice).
"""
