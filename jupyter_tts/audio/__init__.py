"""Sound: formats, incremental coding, resampling, files. PCM is s16le mono.

Importing this package, or its ``formats``, loads no numpy; ``codecs`` and ``resample`` do.
"""
