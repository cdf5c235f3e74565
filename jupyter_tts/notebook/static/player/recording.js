/** Bytes before the samples of a WAV file. */
const HEADER = 44;

/** Seconds of samples that are gathered into one Blob, whose bytes need not stay in memory. */
const GATHERED = 10;

/** All that a page has received of a stream, as a file. */
export class Recording {
  frames = 0;

  #rate;
  /** @type {Blob[]} */
  #blobs = [];
  /** @type {Int16Array<ArrayBuffer>[]} */
  #chunks = [];
  #gathered = 0;

  /** @param {number} rate  Hz */
  constructor(rate) {
    this.#rate = rate;
  }

  /** @param {Int16Array} samples  Copied. */
  append(samples) {
    this.#chunks.push(new Int16Array(samples));
    this.frames += samples.length;
    if (this.frames - this.#gathered < GATHERED * this.#rate) return;
    this.#blobs.push(new Blob(this.#chunks.splice(0)));
    this.#gathered = this.frames;
  }

  /** What there is now, as a WAV file: mono, signed 16-bit, little-endian as browsers' samples are. */
  wav() {
    return new Blob([this.#header(), ...this.#blobs, ...this.#chunks], { type: "audio/wav" });
  }

  /** RIFF, and its chunks "fmt " and "data" up to the samples. */
  #header() {
    const size = 2 * this.frames;
    const header = new DataView(new ArrayBuffer(HEADER));
    const write = (/** @type {number} */ at, /** @type {string} */ name) =>
      [...name].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
    write(0, "RIFF");
    header.setUint32(4, HEADER - 8 + size, true);
    write(8, "WAVEfmt ");
    header.setUint32(16, 16, true); // length of the chunk
    header.setUint16(20, 1, true); // PCM
    header.setUint16(22, 1, true); // channels
    header.setUint32(24, this.#rate, true);
    header.setUint32(28, 2 * this.#rate, true); // bytes per second
    header.setUint16(32, 2, true); // bytes per frame
    header.setUint16(34, 16, true); // bits per sample
    write(36, "data");
    header.setUint32(40, size, true);
    return header;
  }
}
