/** @typedef {import("../player/kernel_link.js").Model} Model */

/** The MIME type of an output that shows a widget. */
const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

/** Where a notebook's model keeps what its panels are saved as. */
const PANELS = Symbol.for("jupyter_tts.saved_panels.1");

/** Under which name an output's metadata says whose saved form it is. */
const OWNER = "jupyter_tts";

/**
 * A panel that has an output: the id of its widget, and what is saved, by MIME type.
 * @typedef {() => { id: string, data: Record<string, string> }} Saved
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
 * Keeps a panel's last state in the notebook's file, where its widget would be "model not found"
 * once the kernel has ended. While the kernel lives, a page that loads the file gets the panel back.
 */
export class SavedPanel {
  #model;
  #notebook;
  /** @type {Record<string, string>} */
  #data = {};
  /** @type {Saved} */
  #saved = () => ({ id: this.#id, data: this.#update() });

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    const context = /** @type {{ model?: unknown } | undefined} */ (model.widget_manager?.context);
    this.#notebook = /** @type {NotebookModel | undefined} */ (context?.model);
    if (!this.#notebook?.toJSON) return;
    savedPanels(this.#notebook).add(this.#saved);
    if (this.#placesOfCard().length === 0) return;
    // Only a kernel that answers still has the panel.
    model.on("msg:custom", this.#bringBack);
    model.send({ kind: "ask" });
  }

  /** The widget is closed; its last state goes on to be saved. */
  close() {
    this.#model.off("msg:custom", this.#bringBack);
    if (!this.#notebook?.toJSON) return;
    const last = this.#saved();
    savedPanels(this.#notebook).delete(this.#saved);
    savedPanels(this.#notebook).add(() => last);
  }

  get #id() {
    return String(this.#model.get("panel_id"));
  }

  #update() {
    const parts = this.#model.get("saved");
    if (!parts) return this.#data; // a widget that is being closed may have forgotten
    const template = document.createElement("template");
    template.innerHTML = parts.request;
    const paragraph = template.content.querySelector("p");
    const [text, values] = [this.#model.get("text"), this.#model.get("values")];
    if (paragraph) paragraph.textContent = text;
    const speech = this.#model.get("saved_speech");
    // What was spoken shows its own request; that is not to stand there twice.
    const spoken = JSON.stringify([speech.text, speech.values]) === JSON.stringify([text, values]);
    const request = spoken ? "" : template.innerHTML;
    const style = this.#model.get("saved_style");
    const html = [style, speech.html ?? "", request, parts.history].join("");
    this.#data = { "text/html": html, "text/plain": parts.plain };
    return this.#data;
  }

  #placesOfCard() {
    /** @type {{ outputs: Outputs, index: number }[]} */
    const places = [];
    for (const { outputs } of this.#notebook?.cells ?? []) {
      for (let index = 0; index < (outputs?.length ?? 0); index++) {
        const owner = outputs?.get(index).toJSON().metadata?.[OWNER];
        if (outputs && owner?.panel === this.#id) places.push({ outputs, index });
      }
    }
    return places;
  }

  #bringBack = () => {
    this.#model.off("msg:custom", this.#bringBack);
    const view = { version_major: 2, version_minor: 0, model_id: this.#id };
    for (const { outputs, index } of this.#placesOfCard()) {
      const data = { ...this.#saved().data, [WIDGET_VIEW]: view };
      outputs.set(index, { ...outputs.get(index).toJSON(), data, metadata: {} });
    }
  };
}

/**
 * The panels of a notebook, whose model is made to save them.
 * @param {NotebookModel} notebook
 * @returns {Set<Saved>}
 */
function savedPanels(notebook) {
  const holder = /** @type {Record<symbol, Set<Saved>>} */ (/** @type {unknown} */ (notebook));
  if (holder[PANELS]) return holder[PANELS];
  /** @type {Set<Saved>} */
  const panels = (holder[PANELS] = new Set());
  const toJSON = notebook.toJSON;
  // What is saved is made here, and nowhere is it shown: the live panel stays untouched.
  notebook.toJSON = function () {
    const content = toJSON.call(this);
    const known = new Map([...panels].map((saved) => saved()).map(({ id, data }) => [id, data]));
    const cells = content.cells.map((cell) => {
      const outputs = cell.outputs?.map((output) => savedOutput(output, known));
      return outputs ? { ...cell, outputs } : cell;
    });
    return { ...content, cells };
  };
  return panels;
}

/**
 * @param {Output} output
 * @param {Map<string, Record<string, string>>} known
 */
function savedOutput(output, known) {
  const id = output.data?.[WIDGET_VIEW]?.model_id;
  const data = known.get(id);
  if (!data) return output;
  return { ...output, data, metadata: { ...output.metadata, [OWNER]: { panel: id } } };
}
