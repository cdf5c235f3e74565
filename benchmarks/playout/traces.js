/**
 * Arrivals to play: what a page gets of the speech a server makes, over an uneven network.
 *
 * A trace is a session: utterances of one server over one network, one after the other. They are
 * synthetic, and the same for the same seed.
 */

/**
 * @typedef {object} Arrival  A message with sound.
 * @property {number} at  Seconds since the utterance was asked for.
 * @property {number} sound  Seconds in it.
 * @property {number} left  Seconds of sound still to come, as the text lets one guess.
 *
 * @typedef {{ name: string, utterances: Arrival[][] }} Trace
 *
 * @typedef {object} Conditions
 * @property {number} rate  Seconds of sound made in a second.
 * @property {number} chunk  Seconds of sound in a message.
 * @property {number} thinking  Seconds before each sentence, at most.
 * @property {() => number} delay  Seconds the network takes for the next message.
 */

/** Of a session that is heard, and of one from which a network and a server are known. */
const UTTERANCES = 20;
export const MANY_UTTERANCES = 400;

/**
 * Uniform numbers from 0 to 1 (mulberry32).
 * @param {number} seed
 */
function uniform(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @typedef {ReturnType<typeof uniform>} Random */

/** @param {Random} random */
const normal = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** @param {Random} random @param {number} least @param {number} most */
const between = (random, least, most) => least + (most - least) * random();

/**
 * Networks and servers by name. Their figures are drawn again for every session.
 * @type {Record<string, (random: Random) => Conditions>}
 */
export const FAMILIES = {
  /** A server that sends at the speed of speech, over a link with even jitter. */
  paced(random) {
    const jitter = between(random, 0.02, 0.1);
    const delay = () => 0.04 + jitter * Math.abs(normal(random));
    return { rate: 1, chunk: 0.1, thinking: 0, delay };
  },
  /** Wi-Fi: quiet but for retries, whose length has a heavy tail (Pareto). */
  spikes(random) {
    const chance = between(random, 0.02, 0.08);
    const shape = between(random, 1.5, 2.5);
    const spike = () => Math.min(1.5, 0.06 * (1 - random()) ** (-1 / shape));
    const delay = () => 0.02 + 0.01 * random() + (random() < chance ? spike() : 0);
    return { rate: between(random, 1.2, 3), chunk: 0.12, thinking: 0, delay };
  },
  /** A cell: delays that wander, and a stall now and then. */
  mobile(random) {
    const spread = between(random, 0.3, 0.7);
    const chance = between(random, 0.002, 0.01);
    let level = 0;
    const delay = () => {
      level = 0.9 * level + spread * 0.44 * normal(random);
      return 0.06 * Math.exp(level) + (random() < chance ? between(random, 0.3, 1) : 0);
    };
    return { rate: between(random, 1.2, 3), chunk: 0.15, thinking: 0.1, delay };
  },
  /** A fast server that makes a sentence at once and thinks before the next. */
  sentences(random) {
    const jitter = between(random, 0.005, 0.05);
    const thinking = between(random, 0.1, 0.8);
    const delay = () => 0.03 + jitter * Math.abs(normal(random));
    return { rate: between(random, 3, 8), chunk: 0.2, thinking, delay };
  },
  /** A server about as fast as speech, whose pace wavers. */
  wavering(random) {
    const jitter = between(random, 0.01, 0.04);
    const delay = () => 0.03 + jitter * Math.abs(normal(random));
    return { rate: between(random, 0.97, 1.15), chunk: 0.25, thinking: 0.05, delay };
  },
};

/**
 * @param {Random} random
 * @param {Conditions} conditions
 * @returns {Arrival[]}
 */
function utterance(random, { rate, chunk, thinking, delay }) {
  const length = between(random, 3, 15);
  const guess = between(random, 0.85, 1.15);
  const arrivals = [];
  let [made, last, sentence] = [0.15, 0, between(random, 2, 5)];
  for (let sound = 0; sound < length;) {
    const next = Math.min(chunk, length - sound);
    made += next / rate;
    if (sound > sentence) {
      made += thinking * random();
      sentence += between(random, 2, 5);
    }
    sound += next;
    last = Math.max(last, made + delay());
    arrivals.push({ at: last, sound: next, left: Math.max(0, (length - sound) * guess) });
  }
  return arrivals;
}

/**
 * One session.
 * @param {string} family
 * @param {number} seed
 * @param {number} [count]  How many utterances: the first are the same.
 * @returns {Trace}
 */
export function trace(family, seed, count = UTTERANCES) {
  const random = uniform(seed);
  const conditions = FAMILIES[family](random);
  const utterances = Array.from({ length: count }, () => utterance(random, conditions));
  return { name: `${family} ${seed}`, utterances };
}

/**
 * Sessions of every family in turn.
 * @param {number} count
 * @param {number} [seed]
 * @param {number} [utterances]  In each.
 */
export function traces(count, seed = 1, utterances = UTTERANCES) {
  const names = Object.keys(FAMILIES);
  return Array.from({ length: count }, (_, i) =>
    trace(names[i % names.length], seed + i, utterances),
  );
}
