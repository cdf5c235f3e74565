/** @typedef {import("../player/kernel_link.js").Model} Model */

/** The MIME type of an output that shows a widget. */
const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

/** Where a notebook's model keeps what its panels are saved as. */
const PANELS = Symbol.for("jupyter_tts.saved_panels.1");

/** Under which name an output's metadata says whose saved form it is. */
const OWNER = "jupyter_tts";

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
 * @property {Map<string, () => Record<string, string>>} [panels]
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
  /** @type {Record<string, string>} By MIME type. */
  #last = {};

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    const context = /** @type {{ model?: unknown } | undefined} */ (model.widget_manager?.context);
    this.#notebook = /** @type {NotebookModel | undefined} */ (context?.model);
    if (!this.#notebook?.toJSON) return;
    savedPanels(this.#notebook).set(this.#id, () => this.#bundle());
    if (this.#placesOfCard().length === 0) return;
    // Only a kernel that answers still has the panel.
    model.on("msg:custom", this.#bringBack);
    model.send({ kind: "ask" });
  }

  /** The widget is closed; its last state goes on to be saved. */
  close() {
    this.#model.off("msg:custom", this.#bringBack);
    if (!this.#notebook?.toJSON) return;
    const last = this.#bundle();
    savedPanels(this.#notebook).set(this.#id, () => last);
  }

  get #id() {
    return String(this.#model.get("panel_id"));
  }

  #bundle() {
    const parts = this.#model.get("saved");
    // A widget that is being closed may have forgotten.
    if (!parts) return this.#last;
    const template = document.createElement("template");
    template.innerHTML = parts.request;
    const text = template.content.querySelector("p");
    if (text) text.textContent = this.#model.get("text");
    const [style, speech] = [this.#model.get("saved_style"), this.#model.get("saved_speech")];
    const html = [style, speech, template.innerHTML, parts.history].join("");
    this.#last = { "text/html": html, "text/plain": parts.plain };
    return this.#last;
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
      const data = { ...this.#bundle(), [WIDGET_VIEW]: view };
      outputs.set(index, { ...outputs.get(index).toJSON(), data, metadata: {} });
    }
  };
}

/**
 * What the panels of a notebook are saved as, by the id of their widget.
 * @param {NotebookModel} notebook
 * @returns {Map<string, () => Record<string, string>>}
 */
function savedPanels(notebook) {
  const holder = /** @type {Record<symbol, Map<string, () => Record<string, string>>>} */ (
    /** @type {unknown} */ (notebook)
  );
  if (holder[PANELS]) return holder[PANELS];
  const panels = (holder[PANELS] = new Map());
  const toJSON = notebook.toJSON;
  // What is saved is made here, and nowhere is it shown: the live panel stays untouched.
  notebook.toJSON = function () {
    const content = toJSON.call(this);
    const cells = content.cells.map((cell) =>
      cell.outputs
        ? { ...cell, outputs: cell.outputs.map((one) => savedOutput(one, panels)) }
        : cell,
    );
    return { ...content, cells };
  };
  return panels;
}

/**
 * @param {Output} output
 * @param {Map<string, () => Record<string, string>>} panels
 */
function savedOutput(output, panels) {
  const id = output.data?.[WIDGET_VIEW]?.model_id;
  const bundle = panels.get(id);
  if (!bundle) return output;
  return { ...output, data: bundle(), metadata: { ...output.metadata, [OWNER]: { panel: id } } };
}
