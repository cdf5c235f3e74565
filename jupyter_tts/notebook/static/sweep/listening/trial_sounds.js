import { pageAudio } from "../../player/playout/page_audio.js";

/** @typedef {import("../../player/playout/page_audio.js").AudioOutput} AudioOutput */

/** Bytes before the samples of a WAV file without tags. */
const HEADER = 44;

/** Seconds to fade in or out, so that switching does not click. */
const FADE = 0.005;

/** Part of a sound that counts as all of it: clocks differ. */
const WHOLE = 0.98;

/** Plays one sound of a trial at a time, and knows which were heard whole. */
export class TrialSounds {
  /** Asked of the page's playback queue: whether the user has paused it. */
  paused = false;
  /** The place of the sound that plays, -1 for none. */
  playing = -1;
  /** The one that played last. */
  last = 0;

  #rate;
  #keepsPlace;
  #changed;
  /** @type {AudioBuffer[]} */
  #buffers = [];
  /** Seconds of each that were heard. @type {number[]} */
  #heard = [];
  /** @type {AudioOutput | null} */
  #output = null;
  /** @type {{ source: AudioBufferSourceNode, gain: GainNode } | null} */
  #nodes = null;
  #offset = 0;
  #startedAt = 0;

  /**
   * @param {number} rate  Hz
   * @param {boolean} keepsPlace  Whether another sound goes on where the last one is, as ITU-R
   *   BS.1534 has it for ratings; else it begins again.
   * @param {() => void} changed
   */
  constructor(rate, keepsPlace, changed) {
    this.#rate = rate;
    this.#keepsPlace = keepsPlace;
    this.#changed = changed;
  }

  /**
   * Have other sounds.
   * @param {ArrayBuffer[]} files  WAV: 16 bits, mono, without tags.
   * @param {boolean} heard  Whether they were all heard before.
   */
  load(files, heard) {
    this.stop();
    this.last = 0;
    this.#buffers = files.map((file) => decode(file, this.#rate));
    this.#heard = this.#buffers.map(({ duration }) => (heard ? duration : 0));
  }

  get count() {
    return this.#buffers.length;
  }

  /** @param {number} place */
  isHeard(place) {
    return this.#heard[place] >= WHOLE * this.#buffers[place].duration;
  }

  /**
   * Hear a sound, from its beginning or from where the one before is.
   * @param {number} place
   */
  play(place) {
    const buffer = this.#buffers[place];
    if (!buffer) return;
    const offset = this.#keepsPlace && this.playing >= 0 ? this.#position : 0;
    this.#halt();
    const audio = pageAudio();
    this.#output ??= audio.acquire(this.#rate, this);
    this.#output.wake(this);
    const { context, bus } = this.#output;
    const source = new AudioBufferSourceNode(context, { buffer });
    const gain = new GainNode(context, { gain: 0 });
    source.connect(gain).connect(bus);
    source.addEventListener("ended", () => {
      if (this.#nodes?.source !== source) return;
      this.#heard[this.playing] = buffer.duration;
      this.stop();
    });
    this.#offset = offset < buffer.duration ? offset : 0;
    this.#startedAt = context.currentTime;
    gain.gain.setTargetAtTime(1, context.currentTime, FADE / 3);
    source.start(0, this.#offset);
    this.#nodes = { source, gain };
    this.playing = this.last = place;
    audio.floor.take(this);
    this.#changed();
  }

  stop() {
    this.#halt();
    const audio = pageAudio();
    if (this.#output) {
      audio.release(this.#output, this);
      audio.floor.leave(this);
    }
    this.#output = null;
    this.#changed();
  }

  granted() {}

  interrupted() {
    this.stop();
  }

  /** Seconds from the beginning of the sound that plays. */
  get #position() {
    const now = this.#output?.context.currentTime ?? this.#startedAt;
    return this.#offset + now - this.#startedAt;
  }

  #halt() {
    if (!this.#nodes || !this.#output) return;
    const heard = this.#heard[this.playing];
    // What begins again each time is heard as far as it once came.
    this.#heard[this.playing] = this.#keepsPlace
      ? heard + this.#position - this.#offset
      : Math.max(heard, this.#position);
    const { source, gain } = this.#nodes;
    const now = this.#output.context.currentTime;
    gain.gain.setTargetAtTime(0, now, FADE / 3);
    source.stop(now + 3 * FADE);
    this.#nodes = null;
    this.playing = -1;
  }
}

/**
 * @param {ArrayBuffer} file
 * @param {number} rate  Hz
 */
function decode(file, rate) {
  const samples = new Int16Array(file.slice(HEADER));
  const buffer = new AudioBuffer({ length: Math.max(1, samples.length), sampleRate: rate });
  buffer.copyToChannel(
    Float32Array.from(samples, (sample) => sample / 32768),
    0,
  );
  return buffer;
}
