import { KernelChannel } from "../../shared/kernel_channel.js";
import { sameValue } from "../wire/request.js";

/** @typedef {import("../../player/kernel_link.js").Model} Model */
/** @typedef {import("../wire/request.js").Declaration} Declaration */
/** @typedef {import("../wire/request.js").Value} Value */
/** @typedef {import("../wire/request.js").Values} Values */

/** How long a value that the user touched is kept, against older ones from the kernel. */
const HOLD_MS = 1000;

/** Stands for the text among the names of parameters. */
const TEXT = "(text)";

/**
 * What is set, and the text. The page knows it first: it is saved to the kernel at most once per
 * frame, and an older state that comes back does not undo what the user has done since.
 */
export class Settings {
  /** Of every declared parameter; null is not set. @type {Record<string, Value | null>} */
  values;
  /** @type {string} */
  text;

  /** Called after every change that the user has made here. */
  changedByUser = () => {};

  #model;
  #kernel;
  #names;
  /** @type {Map<string, number>} When each was last touched; infinite while it is held. */
  #touched = new Map();
  #frame = 0;
  #saving = false;
  /** @type {Set<string>} Traits that were saved since the last message. */
  #unsent = new Set();
  /** Whether an error was taken away that the kernel still has. */
  #errorCleared = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Set<(replaced: boolean) => void>} */
  #listeners = new Set();

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    /** @type {Declaration} */
    this.declaration = model.get("declaration");
    this.#names = this.declaration.parameters.map(({ name }) => name);
    this.values = this.#saved();
    /** What was set when the panel was made, which may be longer ago than this page. */
    this.initial = this.#complete(model.get("initial") ?? this.values);
    this.text = model.get("text");
    this.#kernel = new KernelChannel(model, () => this.#notify());
    model.on("change:values", this.#onKernel);
    model.on("change:text", this.#onKernel);
    document.addEventListener("visibilitychange", this.flush);
  }

  /** Whether the user's hand is on a control. */
  get isHeld() {
    return [...this.#touched.values()].includes(Infinity);
  }

  /** Whether the kernel does not answer a message. */
  get kernelSilent() {
    return this.#kernel.silent;
  }

  /**
   * @param {(replaced: boolean) => void} listener  Called after every change; `replaced` when what
   *   is in the controls is to be replaced, even what could not be read.
   * @returns {() => void} Ends the subscription.
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The user sets one parameter.
   * @param {string} name
   * @param {Value | null} value
   */
  set(name, value) {
    this.#touch(name);
    if (sameValue(value, this.values[name])) return;
    this.values = { ...this.values, [name]: value };
    this.#noteChange();
  }

  /** @param {string} text */
  write(text) {
    this.#touch(TEXT);
    if (text === this.text) return;
    this.text = text;
    this.#noteChange();
  }

  /**
   * The user's hand is on a control, or no longer.
   * @param {string} name
   * @param {boolean} held
   */
  hold(name, held) {
    if (held) this.#touched.set(name, Infinity);
    else if (this.#touched.get(name) === Infinity) this.#touched.set(name, performance.now());
  }

  /**
   * Set these and nothing else.
   * @param {Values} values
   */
  replace(values) {
    this.#touched.clear();
    this.values = this.#complete(values);
    this.#clearError();
    this.flush();
    this.#notify(true);
    this.changedByUser();
  }

  /** Save to the kernel now. */
  flush = () => {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const saved = this.#saved();
    const differs = this.#names.some((name) => !sameValue(saved[name], this.values[name]));
    const changed = {
      ...(differs && { values: this.values }),
      ...(this.#model.get("text") !== this.text && { text: this.text }),
    };
    if (Object.keys(changed).length === 0 && !this.#errorCleared) return;
    this.#errorCleared = false;
    this.#saving = true;
    this.save(changed);
    this.#saving = false;
  };

  /**
   * Save what the user has set beside the parameters.
   * @param {Record<string, unknown>} traits
   */
  save(traits) {
    for (const [name, value] of Object.entries(traits)) {
      this.#model.set(name, value);
      this.#unsent.add(name);
    }
    this.#model.save_changes();
  }

  /**
   * Send a message to the kernel, with what was set before it: while the kernel is busy, widgets
   * hold a change back, and a message overtakes it.
   * @param {{ kind: string, [field: string]: unknown }} content
   */
  send(content) {
    this.flush();
    const set = Object.fromEntries([...this.#unsent].map((name) => [name, this.#model.get(name)]));
    this.#unsent.clear();
    this.#kernel.send(Object.keys(set).length > 0 ? { ...content, set } : content);
  }

  close() {
    clearTimeout(this.#timer);
    this.#kernel.close();
    this.#model.off("change:values", this.#onKernel);
    this.#model.off("change:text", this.#onKernel);
    document.removeEventListener("visibilitychange", this.flush);
    this.#listeners.clear();
    this.flush();
  }

  #saved() {
    return this.#complete(this.#model.get("values") ?? {});
  }

  /** @param {Values} values */
  #complete(values) {
    return Object.fromEntries(this.#names.map((name) => [name, values[name] ?? null]));
  }

  /** Clear an error once the user changes something: it belongs to the settings before. */
  #clearError() {
    if (this.#model.get("error") === "") return;
    this.#errorCleared = true;
    this.#model.set("error", "");
  }

  #noteChange() {
    this.#clearError();
    this.#saveLater();
    this.#notify();
    this.changedByUser();
  }

  #saveLater() {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.flush);
  }

  #notify(replaced = false) {
    for (const listener of this.#listeners) listener(replaced);
  }

  /** @param {string} name */
  #touch(name) {
    if (this.#touched.get(name) !== Infinity) this.#touched.set(name, performance.now());
  }

  /** @param {string} name */
  #held(name) {
    return performance.now() - (this.#touched.get(name) ?? -Infinity) < HOLD_MS;
  }

  /** The kernel, or another view, has a state that may be older than what the user has done. */
  #onKernel = () => {
    if (this.#saving) return;
    const saved = this.#saved();
    const different = this.#names.filter((name) => !sameValue(saved[name], this.values[name]));
    const free = different.filter((name) => !this.#held(name));
    const text = this.#held(TEXT) ? this.text : this.#model.get("text");
    if (free.length < different.length || text !== this.#model.get("text")) this.#saveAgain();
    if (free.length === 0 && text === this.text) return;
    for (const name of free) this.values = { ...this.values, [name]: saved[name] };
    this.text = text;
    this.#notify();
  };

  /** Save again what the user has set, once the user pauses. */
  #saveAgain() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.flush, HOLD_MS);
  }
}
