import { drawBeside } from "./drawn_beside.js";
import { Places } from "./places.js";

/** @typedef {import("./kernel_link.js").Model} Model */

/** How long a view may be away while its output is drawn again, in milliseconds. */
const REDRAW_MS = 50;

/**
 * Where the player is shown on this page: whether it still is, and what the kernel wants there.
 */
export class Presence {
  #model;
  #places;
  #onGone;
  #onBack;
  /** @type {Set<object>} */
  #views = new Set();
  /** The page knows the output that it is in. */
  #located = false;
  #gone = false;
  /** There is a saved view that this page cannot place, but may get by display id. */
  #unplaced = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Model} model
   * @param {() => void} onGone  The output with the player was taken away.
   * @param {() => void} onBack  It is there again.
   */
  constructor(model, onGone, onBack) {
    this.#model = model;
    this.#places = new Places(model.widget_manager);
    this.#onGone = onGone;
    this.#onBack = onBack;
  }

  /** @param {object} view */
  open(view) {
    clearTimeout(this.#timer);
    this.#views.add(view);
    void this.#isShown().then((shown) => (this.#located ||= shown));
    if (this.#unplaced) this.#send("shown");
    if (!this.#gone) return;
    this.#gone = false;
    this.#onBack();
  }

  /** @param {object} view */
  shut(view) {
    this.#views.delete(view);
    if (this.#views.size > 0) return;
    if (this.#unplaced) this.#send("placed");
    this.#timer = setTimeout(() => void this.#check(), REDRAW_MS);
  }

  /**
   * Put a saved view where the player is, in an output that the kernel cannot reach.
   * @param {{ models: string[], outputs?: string[], data: Record<string, any> }} content
   */
  async replace({ models, outputs = [], data }) {
    const replaced = await this.#places.replace(models, outputs, data);
    // Where it was and is no more, its display id was enough; unless the output was taken away and
    // may come back.
    const done = replaced || (replaced === false && this.#located && !this.#gone);
    if (done) this.#send("placed");
    this.#unplaced = !done && !this.#gone;
    if (this.#unplaced && this.#views.size > 0) this.#send("shown");
  }

  /**
   * Show the player in the cell of the widget whose message began it.
   * @param {object} to
   * @param {string} to.widget
   * @param {string} to.message
   * @param {string[]} to.outputs
   * @param {Record<string, any>} to.data
   * @param {boolean} to.draw  Whether to draw it where the page has no cells.
   */
  async show({ widget, message, outputs, data, draw }) {
    const found = await this.#places.showBeside(widget, message, outputs, data);
    if (found || !draw) return;
    const own = this.#model.get("models").at(-1);
    const removed = () => this.#end();
    await drawBeside(this.#model.widget_manager, { own, other: widget, message, removed });
  }

  close() {
    clearTimeout(this.#timer);
  }

  /** A front end may dispose of views that are scrolled away; what counts is the outputs. */
  async #check() {
    if (this.#located && !(await this.#isShown()) && this.#views.size === 0) this.#end();
  }

  #end() {
    this.#gone = true;
    this.#onGone();
  }

  #isShown() {
    return this.#places.shows(this.#model.get("models"), this.#model.get("outputs"));
  }

  /** @param {string} kind */
  #send(kind) {
    try {
      this.#model.send({ kind });
    } catch {
      // The kernel has closed it already.
    }
  }
}
