/** @param {unknown} one @param {unknown} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * As much of anywidget's model as the front end uses, with the kernel's side in the test's hand.
 */
export class Model {
  /** @type {Map<string, ((...rest: any[]) => void)[]>} */
  handlers = new Map();
  /** Messages that the kernel got. @type {any[]} */
  sent = [];
  /** What the kernel was given, one entry for each save. @type {Record<string, any>[]} */
  saves = [];
  /** Whether the kernel acknowledges every message at once. */
  answers = false;
  /** What a test has the kernel do with a save. @type {((save: any) => void) | undefined} */
  saved;
  /** @type {Record<string, unknown>} */
  #dirty = {};

  /** @param {Record<string, any>} traits @param {string} [clientId] */
  constructor(traits, clientId) {
    this.traits = traits;
    this.widget_manager = { kernel: { clientId } };
  }
  /** @param {string} name */
  get(name) {
    return this.traits[name];
  }
  /** @param {string} name @param {unknown} value */
  set(name, value) {
    if (same(this.traits[name], value)) return;
    this.#dirty[name] = structuredClone(value);
    this.receive(name, value);
  }
  save_changes() {
    if (Object.keys(this.#dirty).length === 0) return;
    this.saves.push({ ...this.#dirty, at: performance.now(), messages: this.sent.length });
    this.#dirty = {};
    this.saved?.(this.saves.at(-1));
  }
  /** A change that comes from the kernel. @param {string} name @param {unknown} value */
  receive(name, value) {
    if (same(this.traits[name], value)) return;
    this.traits[name] = structuredClone(value);
    this.emit(`change:${name}`);
  }
  /** @param {unknown} content */
  send(content) {
    this.sent.push(structuredClone(content));
    if (this.answers) this.emit("msg:custom", { kind: "heard" }, []);
  }
  /** @param {string} name @param {(...rest: any[]) => void} callback */
  on(name, callback) {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), callback]);
  }
  /** @param {string} name @param {(...rest: any[]) => void} callback */
  off(name, callback) {
    const rest = (this.handlers.get(name) ?? []).filter((other) => other !== callback);
    if (rest.length > 0) this.handlers.set(name, rest);
    else this.handlers.delete(name);
  }
  /** @param {string} name @param {any[]} rest */
  emit(name, ...rest) {
    for (const callback of this.handlers.get(name) ?? []) callback(...rest);
  }
  get listeners() {
    return [...this.handlers.values()].flat().length;
  }
}
