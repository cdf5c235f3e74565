/** @typedef {import("../player/kernel_link.js").Model} Model */

/** The MIME type of an output that shows a widget. */
const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

/** Where a notebook's model keeps what its widgets are saved as. */
const SAVED = Symbol.for("jupyter_tts.saved_panels.1");

/** Under which name an output's metadata says whose saved form it is. */
const OWNER = "jupyter_tts";

/**
 * A widget that has an output: its id, its kind, and what is saved, by MIME type.
 * @typedef {() => { id: string, kind?: string, data: Record<string, any> }} Saved
 */

/**
 * @typedef {{ output_type: string, data?: Record<string, any>, metadata?: Record<string, any> }}
 *   Output
 * @typedef {{ cells: { outputs?: Output[] }[] }} Content
 */

/**
 * As much of JupyterLab's notebook model as is used here; Notebook 7 has the same.
 * @typedef {object} NotebookModel
 * @property {() => Content} toJSON  What is saved.
 * @property {Iterable<{ outputs?: Outputs }>} [cells]
 */

/**
 * @typedef {object} Outputs
 * @property {number} length
 * @property {(index: number) => { toJSON: () => Output }} get
 * @property {(index: number, output: Output) => void} set
 */

/**
 * Keeps a widget's last state in the notebook's file, where it would be "model not found" once the
 * kernel has ended. While the kernel lives, a page that loads the file gets the widget back.
 */
export class SavedOutput {
  #model;
  #notebook;
  #kind;
  #id;
  /** @type {Saved} */
  #saved;

  /**
   * @param {Model} model
   * @param {string} kind  What the widget is: "panel".
   * @param {() => string} id  Of the widget that an output shows.
   * @param {() => Record<string, any>} data  What is saved, by MIME type.
   */
  constructor(model, kind, id, data) {
    this.#model = model;
    this.#kind = kind;
    this.#id = id;
    this.#saved = () => ({ id: id(), kind, data: data() });
    const context = /** @type {{ model?: unknown } | undefined} */ (model.widget_manager?.context);
    this.#notebook = /** @type {NotebookModel | undefined} */ (context?.model);
    if (!this.#notebook?.toJSON) return;
    savedWidgets(this.#notebook).add(this.#saved);
    if (this.#places().length === 0) return;
    // Only a kernel that answers still has the widget.
    model.on("msg:custom", this.#bringBack);
    model.send({ kind: "ask" });
  }

  /** The widget is closed; its last state goes on to be saved. */
  close() {
    this.#model.off("msg:custom", this.#bringBack);
    if (!this.#notebook?.toJSON) return;
    const last = this.#saved();
    savedWidgets(this.#notebook).delete(this.#saved);
    savedWidgets(this.#notebook).add(() => last);
  }

  #places() {
    /** @type {{ outputs: Outputs, index: number }[]} */
    const places = [];
    for (const { outputs } of this.#notebook?.cells ?? []) {
      for (let index = 0; index < (outputs?.length ?? 0); index++) {
        const owner = outputs?.get(index).toJSON().metadata?.[OWNER];
        if (outputs && owner?.[this.#kind] === this.#id()) places.push({ outputs, index });
      }
    }
    return places;
  }

  #bringBack = () => {
    this.#model.off("msg:custom", this.#bringBack);
    const view = { version_major: 2, version_minor: 0, model_id: this.#id() };
    for (const { outputs, index } of this.#places()) {
      const data = { ...this.#saved().data, [WIDGET_VIEW]: view };
      outputs.set(index, { ...outputs.get(index).toJSON(), data, metadata: {} });
    }
  };
}

/**
 * The widgets of a notebook, whose model is made to save them.
 * @param {NotebookModel} notebook
 * @returns {Set<Saved>}
 */
function savedWidgets(notebook) {
  const holder = /** @type {Record<symbol, Set<Saved>>} */ (/** @type {unknown} */ (notebook));
  if (holder[SAVED]) return holder[SAVED];
  /** @type {Set<Saved>} */
  const widgets = (holder[SAVED] = new Set());
  const toJSON = notebook.toJSON;
  // What is saved is made here, and nowhere is it shown: the live widget stays untouched.
  notebook.toJSON = function () {
    const content = toJSON.call(this);
    const known = new Map([...widgets].map((saved) => saved()).map((one) => [one.id, one]));
    const cells = content.cells.map((cell) => {
      const outputs = cell.outputs?.map((output) => savedOutput(output, known));
      return outputs ? { ...cell, outputs } : cell;
    });
    return { ...content, cells };
  };
  return widgets;
}

/**
 * @param {Output} output
 * @param {Map<string, ReturnType<Saved>>} known
 */
function savedOutput(output, known) {
  const saved = known.get(output.data?.[WIDGET_VIEW]?.model_id);
  if (!saved) return output;
  const { id, kind = "panel", data } = saved;
  return { ...output, data, metadata: { ...output.metadata, [OWNER]: { [kind]: id } } };
}
