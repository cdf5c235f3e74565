import { KernelChannel } from "../../shared/kernel_channel.js";
import { SavedOutput } from "../../shared/saved_output.js";
import { TrialSounds } from "./trial_sounds.js";

/** @typedef {import("../../player/kernel_link.js").Model} Model */

/**
 * An answer: the place of a sound, null for no preference, or the ratings of all of them.
 * @typedef {number | null | (number | undefined)[]} Answer
 * @typedef {"start" | "waiting" | "trial" | "done" | "result"} Stage
 * @typedef {{ files: ArrayBuffer[], given: { value: Answer } | null }} Trial
 */

const SILENT =
  "The kernel does not answer. If it has ended, run the cell again: what you answered before is kept.";

/** Traits that are drawn. */
const SHOWN = ["answered", "result"];

/** What the sounds of a trial are called. */
export const LETTERS = "ABCDEFGHIJKL";

/** A listener's way through the trials. It knows sounds by their places only. */
export class Session {
  /** Of the trial that is asked, from 0. */
  number = -1;
  /** What is chosen now; undefined for nothing yet. @type {Answer | undefined} */
  answer = undefined;
  /** A sentence for the listener. */
  message = "";
  sounds;

  #model;
  #channel;
  #saved;
  /** @type {Stage} */
  #stage = "start";
  /** @type {Map<number, Trial>} */
  #trials = new Map();
  /** Trials whose sounds are on their way. @type {Set<number>} */
  #asked = new Set();
  /** @type {Set<() => void>} */
  #views = new Set();

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    this.#channel = new KernelChannel(model, () => this.#onSilence());
    this.sounds = new TrialSounds(model.get("sample_rate"), this.isRating, () => this.#changed());
    const id = () => String(model.get("widget_id"));
    this.#saved = new SavedOutput(model, "listening", id, () => model.get("saved") ?? {});
    model.on("msg:custom", this.#onMessage);
    for (const name of SHOWN) model.on(`change:${name}`, this.#onShown);
  }

  close() {
    this.sounds.stop();
    this.#saved.close();
    this.#channel.close();
    this.#model.off("msg:custom", this.#onMessage);
    for (const name of SHOWN) this.#model.off(`change:${name}`, this.#onShown);
  }

  /** @param {() => void} view  Called with every change. */
  watch(view) {
    this.#views.add(view);
    return () => void this.#views.delete(view);
  }

  get isRating() {
    return this.#model.get("method") === "rating";
  }

  get isABX() {
    return this.#model.get("method") === "abx";
  }

  get hasTies() {
    return Boolean(this.#model.get("ties"));
  }

  get hasReference() {
    return Boolean(this.#model.get("reference"));
  }

  /** How many sounds there are to choose from, without X and the open reference. */
  get count() {
    return Number(this.#model.get("sounds"));
  }

  get total() {
    return Number(this.#model.get("trials"));
  }

  get answered() {
    return Number(this.#model.get("answered"));
  }

  get note() {
    return String(this.#model.get("note"));
  }

  get result() {
    return String(this.#model.get("result"));
  }

  /** The listener's answers as a file. */
  get file() {
    const data = this.#model.get("saved")["application/vnd.jupyter_tts.listening+json"];
    return {
      name: `listening-${this.#model.get("listener")}.json`,
      text: `${JSON.stringify(data, null, 1)}\n`,
    };
  }

  /** @returns {Stage} */
  get stage() {
    return this.#model.get("finished") && this.result ? "result" : this.#stage;
  }

  /** The places of the sounds that are still to be heard. */
  get unheard() {
    return Array.from({ length: this.sounds.count }, (_, place) => place).filter(
      (place) => !this.sounds.isHeard(place),
    );
  }

  /** @param {number} place */
  nameOf(place) {
    if (place < this.count) return LETTERS[place];
    return this.isABX ? "X" : "Reference";
  }

  /** Begin, or go on. */
  begin() {
    if (this.answered < this.total) this.#go(this.answered);
    else this.#enter("done");
  }

  /** Pause; what is answered is kept. */
  pause() {
    this.#enter("start");
  }

  /** @param {Answer} answer */
  choose(answer) {
    if (this.#asksToHear()) return;
    this.answer = answer;
    this.message = "";
    this.#changed();
  }

  /**
   * @param {number} place
   * @param {number} rating
   */
  rate(place, rating) {
    const ratings = /** @type {(number | undefined)[]} */ (this.answer);
    ratings[place] = Math.min(100, Math.max(0, Math.round(rating)));
    this.message = "";
    this.#changed();
  }

  next() {
    if (this.stage === "start") return this.begin();
    if (this.stage === "done") return this.finish();
    if (this.stage !== "trial" || this.#asksToHear()) return;
    const open = this.isRating && [.../** @type {any[]} */ (this.answer)].includes(undefined);
    if (this.answer === undefined || open) {
      this.#say(open ? "Rate every sound first." : "Choose first.");
      return;
    }
    this.#channel.send({ kind: "answer", trial: this.number, answer: this.answer });
    const trial = this.#trials.get(this.number);
    if (trial) trial.given = { value: structuredClone(this.answer) };
    if (this.number + 1 < this.total) this.#go(this.number + 1);
    else this.#enter("done");
  }

  back() {
    if (this.stage === "done") this.#go(this.total - 1);
    else if (this.stage === "trial" && this.number > 0) this.#go(this.number - 1);
  }

  finish() {
    this.#channel.send({ kind: "finish" });
  }

  /** Whether a sound is still to be heard, which is said then. */
  #asksToHear() {
    const names = this.unheard.map((place) => this.nameOf(place));
    if (names.length > 0) this.#say(`Hear ${listed(names)} to the end first.`);
    return names.length > 0;
  }

  /** @param {number} number */
  #go(number) {
    this.number = number;
    this.#enter("waiting");
    if (this.#trials.has(number)) this.#show();
    else this.#ask(number);
  }

  /** @param {number} number */
  #ask(number) {
    if (this.#trials.has(number) || this.#asked.has(number)) return;
    this.#asked.add(number);
    this.#channel.send({ kind: "trial", number });
  }

  /** Show the trial whose sounds have come, and ask for those of the next. */
  #show() {
    const trial = /** @type {Trial} */ (this.#trials.get(this.number));
    this.sounds.load(trial.files, trial.given !== null);
    const nothing = this.isRating ? Array.from({ length: this.count }) : undefined;
    this.answer = trial.given ? structuredClone(trial.given.value) : /** @type {any} */ (nothing);
    this.#enter("trial");
    if (this.number + 1 < this.total) this.#ask(this.number + 1);
  }

  /** @param {Stage} stage */
  #enter(stage) {
    this.#stage = stage;
    this.message = "";
    this.sounds.stop(); // draws
  }

  /**
   * @param {{ kind: string, number?: number, answer?: any, message?: string }} content
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers
   */
  #onMessage = (content, buffers) => {
    if (content.kind === "failed") this.#say(String(content.message));
    if (content.kind !== "trial") return;
    const number = Number(content.number);
    this.#asked.delete(number);
    this.#trials.set(number, { files: buffers.map(bytes), given: content.answer ?? null });
    for (const old of this.#trials.keys()) {
      if (Math.abs(old - this.number) > 2) this.#trials.delete(old);
    }
    if (this.#stage === "waiting" && number === this.number) this.#show();
  };

  #onShown = () => this.#changed();

  #onSilence() {
    this.#say(this.#channel.silent ? SILENT : "");
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.message = sentence;
    this.#changed();
  }

  #changed() {
    for (const view of this.#views) view();
  }
}

/** @param {string[]} names */
function listed(names) {
  const last = names[names.length - 1];
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last;
}

/**
 * A binary buffer as front ends deliver it, copied.
 * @param {ArrayBuffer | ArrayBufferView} buffer
 * @returns {ArrayBuffer}
 */
function bytes(buffer) {
  if (buffer instanceof ArrayBuffer) return buffer.slice(0);
  const { byteOffset, byteLength } = buffer;
  return /** @type {ArrayBuffer} */ (buffer.buffer.slice(byteOffset, byteOffset + byteLength));
}
