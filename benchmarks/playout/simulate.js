/**
 * Traces played without a browser: by the player's own playout buffer and delay, a frame a
 * millisecond, and by what they are measured against. Times are in seconds.
 *
 * A simulation: nothing is heard, and no browser, audio device or comm takes any time.
 */

import { JitterBuffer } from "../../jupyter_tts/notebook/static/player/playout/jitter_buffer.js";
import {
  ArrivalMemory,
  PlayoutDelay,
} from "../../jupyter_tts/notebook/static/player/playout/playout_delay.js";

/** @typedef {import("./traces.js").Arrival} Arrival */

/**
 * @typedef {object} Hearing
 * @property {number} delay  From the first message to the first sound.
 * @property {number} gap  Silence inserted later.
 * @property {number} underruns
 * @property {number} sound  Seconds of speech.
 */

const RATE = 1000;

/** @param {number} sound */
const frames = (sound) => Math.round(sound * RATE);

/**
 * Words of 0.3 s with pauses of 60 ms between them.
 * @param {number} position
 * @param {number} count
 */
function speech(position, count) {
  return Int16Array.from({ length: count }, (_, i) => {
    const at = (position + i) % 360;
    return at < 300 ? 8000 * (i % 2 === 0 ? 1 : -1) : 0;
  });
}

/**
 * How an utterance is heard from the player.
 * @param {Arrival[]} arrivals
 * @param {ArrivalMemory} memory  Learns from them.
 * @returns {Hearing}
 */
export function hear(arrivals, memory) {
  const [jitterBuffer, delay] = [new JitterBuffer(RATE), new PlayoutDelay(memory)];
  const [out, first] = [new Float32Array(1), frames(arrivals[0].at)];
  let [next, began] = [0, -1];
  jitterBuffer.obey({ kind: "play", serial: 1 });
  for (let now = first; jitterBuffer.mode !== "ended"; now++) {
    for (; next < arrivals.length && frames(arrivals[next].at) <= now; next++) {
      const { at, sound, left } = arrivals[next];
      delay.arrive(at, sound);
      const target = RATE * delay.target(left);
      const samples = speech(jitterBuffer.samples.frames, frames(sound));
      jitterBuffer.obey({ kind: "write", samples, target, patience: RATE * delay.patience });
      if (next === arrivals.length - 1) jitterBuffer.obey({ kind: "finish" });
    }
    jitterBuffer.render(out.fill(0));
    jitterBuffer.elapse(1);
    if (began < 0 && jitterBuffer.heard > 0) began = now;
  }
  delay.finish();
  const { gap, underruns, samples } = jitterBuffer;
  return {
    delay: (began - first) / RATE,
    gap: gap / RATE,
    underruns,
    sound: samples.frames / RATE,
  };
}

/**
 * How it is heard from a buffer that plays as soon as it holds so much, and after an underrun as
 * soon as it does again.
 * @param {Arrival[]} arrivals
 * @param {number} buffer
 * @returns {Hearing}
 */
export function hearFixed(arrivals, buffer) {
  const began = arrivals[0].at;
  const heard = { delay: -1, gap: 0, underruns: 0, sound: 0 };
  // In hand when the sound was last begun, or stopped at `since`.
  let [held, since, flowing] = [0, began, false];
  for (const [i, { at, sound }] of arrivals.entries()) {
    if (flowing && since + held < at) {
      heard.underruns++;
      [since, held, flowing] = [since + held, 0, false];
    }
    heard.sound += sound;
    held += sound;
    if (flowing || (held < buffer && i < arrivals.length - 1)) continue;
    if (heard.delay < 0) heard.delay = at - began;
    else heard.gap += at - since;
    [since, flowing] = [at, true];
  }
  return heard;
}

/**
 * The least delay with which an utterance is heard without a gap, if all arrivals are known.
 *
 * Any gap later saves as much delay at the start, so this is also the least sum of the two; of many
 * utterances with a given sum of gaps the least delay is the sum of these, less the gaps. It is to
 * gaps what the bound of Moon, Kurose and Towsley ("Packet audio playout delay adjustment:
 * performance bounds and algorithms", Multimedia Systems 6, 1998) is to packets that come too late,
 * with utterances for talkspurts.
 * @param {Arrival[]} arrivals
 */
export function leastDelay(arrivals) {
  let [least, before] = [0, 0];
  for (const { at, sound } of arrivals) {
    least = Math.max(least, at - arrivals[0].at - before);
    before += sound;
  }
  return least;
}

/**
 * The least delay on average, for so much gap on average, of one who knows how each network and its
 * server behave, but not what they will do: he waits a time of his own choice in every session. What
 * he has to wait for after an underrun is left out.
 *
 * At the best times, the share of utterances that ask for more is the same in all sessions.
 * @param {Session[]} sessions  Of as many utterances as tell how they behave.
 * @param {number} gap
 */
export function delayOfOneWhoKnows(sessions, gap) {
  const asked = sessions.map(({ utterances }) => utterances.map(leastDelay).sort((a, b) => a - b));
  const mean = (/** @type {number[]} */ values) =>
    values.reduce((a, b) => a + b, 0) / values.length;
  const waits = (/** @type {number} */ share) =>
    asked.map((least) => least[Math.ceil((1 - share) * (least.length - 1))]);
  const left = (/** @type {number[]} */ delays) =>
    mean(asked.map((least, i) => mean(least.map((delay) => Math.max(0, delay - delays[i])))));
  let [low, high] = [0, 1];
  for (let step = 0; step < 12; step++) {
    const share = (low + high) / 2;
    if (left(waits(share)) > gap) high = share;
    else low = share;
  }
  return mean(waits(low));
}

/** @typedef {{ utterances: Arrival[][] }} Session  One server, one network, one page. */

/**
 * @param {Session[]} sessions
 * @returns {Hearing[]}
 */
export function hearAll(sessions) {
  return sessions.flatMap(({ utterances }) => {
    const memory = new ArrivalMemory();
    return utterances.map((arrivals) => hear(arrivals, memory));
  });
}
