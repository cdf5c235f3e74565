/**
 * A growing recording of signed 16-bit samples, in the order they were sent. A frame is one mono
 * sample; a position is a number of frames from the start of the stream.
 *
 * It runs in the AudioWorklet too, to which worklet_sink.js sends its source.
 */
export class SampleBuffer {
  /** Below this root mean square (full scale is 1) nothing is heard: about -40 dBFS. */
  static AUDIBLE_RMS = 0.01;

  /** @type {Int16Array[]} */
  #chunks = [];
  /** First frame of each chunk. @type {number[]} */
  #starts = [];
  #cursor = 0;

  frames = 0;
  /** No more frames will follow. */
  complete = false;

  /** @param {Int16Array} samples */
  append(samples) {
    if (samples.length === 0) return;
    this.#chunks.push(samples);
    this.#starts.push(this.frames);
    this.frames += samples.length;
  }

  /**
   * Forget everything from `frames` on.
   * @param {number} frames
   */
  truncate(frames) {
    while (this.#chunks.length > 0 && this.frames > frames) {
      const chunk = /** @type {Int16Array} */ (this.#chunks.pop());
      this.frames = /** @type {number} */ (this.#starts.pop());
      if (this.frames < frames) this.append(chunk.slice(0, frames - this.frames));
    }
    this.#cursor = 0;
  }

  /**
   * Add `count` frames from `position` on to `out`, as floats; s16 / 32768 is exact in float32.
   * @param {number} position
   * @param {Float32Array} out
   * @param {number} offset
   * @param {number} count  At most `frames - position`.
   */
  read(position, out, offset, count) {
    const last = offset + count;
    for (let at = offset, frame = position; at < last;) {
      this.#find(frame);
      const chunk = this.#chunks[this.#cursor];
      let from = frame - this.#starts[this.#cursor];
      const stop = Math.min(chunk.length, from + last - at);
      frame += stop - from;
      while (from < stop) out[at++] += chunk[from++] / 32768;
    }
  }

  /**
   * The middle of the last pause from a position on, null if there is none.
   * @param {number} position
   * @param {number} step  Frames that are loud or silent together.
   * @param {number} steps  Silent ones that make a pause.
   */
  lastPause(position, step, steps) {
    const sound = new Float32Array(this.frames - position);
    this.read(position, sound, 0, sound.length);
    let silent = 0;
    let end = sound.length;
    for (let at = end - step; at >= 0; at -= step) {
      let power = 0;
      for (let i = at; i < at + step; i++) power += sound[i] * sound[i];
      if (power < step * SampleBuffer.AUDIBLE_RMS ** 2) silent++;
      else if (silent >= steps) break;
      else [silent, end] = [0, at];
    }
    return silent < steps ? null : position + end - Math.round((silent * step) / 2);
  }

  /**
   * Put the cursor on the chunk that holds `frame`: nearly always this chunk or the next one.
   * @param {number} frame
   */
  #find(frame) {
    const starts = this.#starts;
    if (frame < (starts[this.#cursor] ?? 0)) this.#cursor = 0;
    while (frame >= (starts[this.#cursor + 1] ?? Infinity)) this.#cursor++;
  }
}
