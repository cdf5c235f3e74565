/**
 * Prints, as JSON, how sessions are heard from the player's playout buffer, from fixed ones and at
 * best. Reads the sessions from standard input, or makes synthetic ones:
 * `node compare.js COUNT [SEED]`.
 */

import { readFileSync } from "node:fs";

import { delayOfOneWhoKnows, hearAll, hearFixed, leastDelay } from "./simulate.js";
import { MANY_UTTERANCES, traces } from "./traces.js";

/** @typedef {import("./simulate.js").Hearing} Hearing */
/** @typedef {import("./simulate.js").Session} Session */

/** Seconds. */
const BUFFERS = [0, 0.1, 0.5];

/** @param {Hearing[]} hearings */
function figures(hearings) {
  const sum = (/** @type {keyof Hearing} */ name) =>
    hearings.reduce((total, hearing) => total + hearing[name], 0);
  return {
    delay: sum("delay") / hearings.length,
    gap: sum("gap") / hearings.length,
    gap_ratio: sum("gap") / sum("sound"),
    underruns: sum("underruns"),
  };
}

/**
 * @param {Session[]} sessions
 * @param {Session[] | null} longer  The same, with many utterances.
 */
function compare(sessions, longer) {
  const utterances = sessions.flatMap((session) => session.utterances);
  const ours = figures(hearAll(sessions));
  const least =
    utterances.reduce((sum, arrivals) => sum + leastDelay(arrivals), 0) / utterances.length;
  const first = utterances.reduce((sum, arrivals) => sum + arrivals[0].at, 0) / utterances.length;
  return {
    utterances: utterances.length,
    first_message: first,
    ours,
    fixed: Object.fromEntries(
      BUFFERS.map((buffer) => [
        1000 * buffer,
        figures(utterances.map((arrivals) => hearFixed(arrivals, buffer))),
      ]),
    ),
    known: longer && delayOfOneWhoKnows(longer, ours.gap),
    optimum: { delay: Math.max(0, least - ours.gap), gap: ours.gap, gapless_delay: least },
  };
}

const [count, seed = "1"] = process.argv.slice(2);
const sessions = count ? traces(Number(count), Number(seed)) : JSON.parse(readFileSync(0, "utf8"));
const longer = count ? traces(Number(count), Number(seed), MANY_UTTERANCES) : null;
console.log(JSON.stringify(compare(sessions, longer)));
