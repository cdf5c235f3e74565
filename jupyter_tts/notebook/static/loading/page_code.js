/**
 * What a widget's module exports, as anywidget takes it.
 * @typedef {object} Widget
 * @property {(props: any) => any} [initialize]
 * @property {(props: any) => any} [render]
 */

/** The code of one kind of widget in this page, there or still to come. */
class PageCode {
  /** @type {(make: () => Widget) => void} */
  #resolve = () => {};
  #style = "";
  /** @type {WeakSet<Node>} */
  #styled = new WeakSet();

  /** @type {(() => Widget) | null} */
  make = null;
  /** Resolves once the code is here. @type {Promise<() => Widget>} */
  ready = new Promise((resolve) => (this.#resolve = resolve));

  /**
   * Take the code. Another kernel, or a kernel that was restarted, may bring the same again.
   * @param {() => Widget} make
   * @param {string} style
   */
  provide(make, style) {
    if (this.make) return;
    this.make = make;
    this.#style = style;
    this.#addStyle(document.head);
    this.#resolve(make);
  }

  /**
   * Style a view that is in a shadow tree, which the document's style does not reach.
   * @param {HTMLElement} view
   */
  styleAround(view) {
    const root = view.getRootNode();
    if (root instanceof ShadowRoot) this.#addStyle(root);
  }

  /** @param {Node} parent */
  #addStyle(parent) {
    if (this.#styled.has(parent)) return;
    this.#styled.add(parent);
    const element = document.createElement("style");
    element.textContent = this.#style;
    parent.appendChild(element);
  }
}

const CODE = Symbol.for("jupyter_tts.code");

/**
 * Return the one place in this page for code of this hash, asked for or brought first.
 * @param {string} hash
 * @returns {PageCode}
 */
export function pageCode(hash) {
  const shared = /** @type {{ [CODE]?: Map<string, PageCode> }} */ (globalThis);
  const known = (shared[CODE] ??= new Map());
  const code = known.get(hash) ?? new PageCode();
  known.set(hash, code);
  return code;
}
