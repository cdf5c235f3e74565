/**
 * How much sound must be in hand before it is played: pure functions of the arrivals so far.
 *
 * The principle is that of WebRTC's NetEq (modules/audio_coding/neteq: histogram.cc,
 * underrun_optimizer.cc, relative_arrival_delay_tracker.cc): a delay for each message goes into a
 * histogram of 20 ms buckets that forgets, and its 0.95 quantile is the target. NetEq measures how
 * late a packet is against the quickest before it, which suits a microphone: it sends as fast as it
 * is played. Speech that is made comes in bursts and piles up, and then only what follows a start
 * matters. So each message counts here as a start, and what goes into the histogram is the target
 * with which that start would have seen no underrun.
 *
 * A server slower than speech is another matter: that is a shortfall, not jitter. Its rate and what
 * is left of the stream are known, so the whole shortfall is waited for once, before the start.
 *
 * Times are in seconds, of any clock.
 */

/** Delays, the latest with the most weight. */
class DelayHistogram {
  static BUCKET_SECONDS = 0.02;
  static BUCKETS = 100;
  /** NetEq forgets over some 30 s of packets; a message here holds 0.1 s or more. */
  static FORGET = 0.995;
  /** Messages that the expectation counts for. */
  static PRIOR = 10;

  #weights;
  #count = DelayHistogram.PRIOR;

  /** @param {number} expected  Nothing being known, 0.95 of the delays are taken to be shorter. */
  constructor(expected) {
    const { BUCKETS, BUCKET_SECONDS } = DelayHistogram;
    const ratio = 0.05 ** (BUCKET_SECONDS / expected);
    this.#weights = Float64Array.from({ length: BUCKETS }, (_, i) => (1 - ratio) * ratio ** i);
  }

  /** @param {number} delay  Counts as 2 s if longer. */
  add(delay) {
    const { BUCKETS, BUCKET_SECONDS, FORGET } = DelayHistogram;
    const retained = Math.min(FORGET, 1 - 1 / ++this.#count);
    for (let i = 0; i < BUCKETS; i++) this.#weights[i] *= retained;
    this.#weights[Math.min(BUCKETS - 1, Math.floor(delay / BUCKET_SECONDS))] += 1 - retained;
  }

  /**
   * The delay that a share of the messages does not exceed, rounded up to a bucket.
   * @param {number} share  0 to 1.
   */
  quantile(share) {
    const { BUCKETS, BUCKET_SECONDS } = DelayHistogram;
    let [bucket, beyond] = [0, 1 - this.#weights[0]];
    // Sums of floats: a share that is met exactly must not take a bucket more.
    while (beyond > 1 - share + 1e-9 && bucket < BUCKETS - 1) beyond -= this.#weights[++bucket];
    return (bucket + 1) * BUCKET_SECONDS;
  }
}

/** What the arrivals from one server have taught; it outlives an utterance. */
export class ArrivalMemory {
  /** The target before anything is known: of a network, and of a server on this machine. */
  static EXPECTED_SECONDS = 0.3;
  static NEAR_SECONDS = 0.1;
  static FORGET = 0.95;

  /** Sound and the time it took to come, each counted less the longer ago. */
  #sound = 0.2;
  #time = 0.1;

  /** @param {boolean} [near]  Whether the server is on this machine. */
  constructor(near = false) {
    const { NEAR_SECONDS, EXPECTED_SECONDS } = ArrivalMemory;
    this.delays = new DelayHistogram(near ? NEAR_SECONDS : EXPECTED_SECONDS);
  }

  /** Seconds of sound that come in a second; before anything is known, twice real time. */
  get rate() {
    return this.#sound / this.#time;
  }

  /** Seconds that a second of sound may take to come without being late. */
  get pace() {
    return Math.max(1, 1 / this.rate);
  }

  /**
   * @param {number} sound  Seconds that came
   * @param {number} time  in so many.
   */
  note(sound, time) {
    this.#sound = ArrivalMemory.FORGET * this.#sound + sound;
    this.#time = ArrivalMemory.FORGET * this.#time + time;
  }
}

/**
 * A message: when it came, and the seconds of sound that came before it and with it.
 * @typedef {{ at: number, from: number, to: number }} Arrival
 */

/** One utterance's arrivals, and the sound that must be in hand to start after each. */
export class PlayoutDelay {
  static QUANTILE = 0.95;
  /** Seconds of sound after a start that are looked at; later, enough has piled up. */
  static HORIZON_SECONDS = 5;
  /** A start with less to follow says little. */
  static LEAST_SECONDS = 1;
  /** A listener who hears nothing for longer takes it for broken. */
  static LONGEST_SECONDS = 5;
  /** What is taken to follow where the end is not known: a sentence. */
  static SENTENCE_SECONDS = 5;
  /** No wait shorter than this is a stall, nor one not this much longer than those before it. */
  static PATIENCE_SECONDS = 0.3;
  static PATIENCE_RATIO = 1.5;

  #memory;
  /** Those within the horizon. @type {Arrival[]} */
  #recent = [];

  /** @param {ArrivalMemory} memory */
  constructor(memory) {
    this.#memory = memory;
  }

  /**
   * Take note of a message.
   * @param {number} at  When it came.
   * @param {number} sound  Seconds in it.
   * @param {boolean} [held]  It was held back on purpose: its time says nothing about the network.
   */
  arrive(at, sound, held = false) {
    if (held) this.finish();
    const last = this.#recent.at(-1);
    if (last) this.#memory.note(sound, at - last.at);
    const from = last?.to ?? 0;
    this.#recent.push({ at, from, to: from + sound });
    while (from + sound - this.#recent[0].to > PlayoutDelay.HORIZON_SECONDS) this.#learn();
  }

  /** No more messages will come. */
  finish() {
    const end = this.#recent.at(-1)?.to ?? 0;
    while (this.#recent.length > 0 && end - this.#recent[0].to >= PlayoutDelay.LEAST_SECONDS) {
      this.#learn();
    }
    this.#recent = [];
  }

  /**
   * Seconds of sound to have in hand, of which time that passes without a message counts as much.
   * @param {number | null} left  Seconds of sound still to come, null if not known.
   */
  target(left) {
    const { QUANTILE, LONGEST_SECONDS, SENTENCE_SECONDS } = PlayoutDelay;
    const { delays, pace } = this.#memory;
    const last = /** @type {Arrival} */ (this.#recent.at(-1));
    // Where the last message is late itself, its lateness need not be waited for again.
    const late = last.at - pace * last.to - earliest(this.#recent, pace);
    const jitter = Math.max(0, delays.quantile(QUANTILE) - late);
    const shortfall = (left ?? SENTENCE_SECONDS) * (pace - 1);
    return Math.min(LONGEST_SECONDS, jitter + shortfall);
  }

  /** Seconds after the last message from which on the next is overdue. */
  get patience() {
    const { PATIENCE_SECONDS, PATIENCE_RATIO } = PlayoutDelay;
    const waits = this.#recent.map(({ at }, i, all) => at - (all[i - 1]?.at ?? at));
    return Math.max(PATIENCE_SECONDS, PATIENCE_RATIO * Math.max(...waits));
  }

  /** Take the oldest message for a start, and find the target it would have needed. */
  #learn() {
    const { pace, delays } = this.#memory;
    const messages = this.#recent;
    const due = Math.max(...messages.map(({ at, from }) => at - pace * from));
    const start = due + pace * messages[0].from;
    // What had come by then is what the player could have gone by.
    const known = messages.filter(({ at }) => at < start - 1e-9);
    delays.add(known.length === 0 ? 0 : due - earliest(known, pace));
    messages.shift();
  }
}

/**
 * The start of the stream that the quickest messages would allow if they were all played at once.
 * @param {Arrival[]} messages
 * @param {number} pace
 */
function earliest(messages, pace) {
  return Math.min(...messages.map(({ at, to }) => at - pace * to));
}
