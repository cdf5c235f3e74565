/** The MIME type of an output that shows a widget. */
const VIEW = "application/vnd.jupyter.widget-view+json";

/** Where an output says which widget's message made it, and which message that was. */
const NOTE = "jupyter_tts";

const NOTHING = { "text/html": "", "text/plain": "" };

/**
 * As much of JupyterLab's models as is used here.
 * @typedef {{ data?: Record<string, any>, metadata?: Record<string, any> }} Output
 * @typedef {object} OutputAreaModel
 * @property {number} length
 * @property {(index: number) => Output} get
 * @property {(index: number, output: object) => void} set
 * @property {(output: object) => void} add
 * @property {() => object[]} toJSON
 * @typedef {{ cells?: Iterable<{ outputs?: OutputAreaModel }> }} Notebook
 *
 * A widget's model. That of an ipywidgets.Output has `outputs`: JupyterLab's an output area, those
 * of other front ends only the trait.
 * @typedef {object} WidgetModel
 * @property {string} model_id
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown, options?: object) => void} set
 * @property {() => void} save_changes
 * @property {OutputAreaModel} [outputs]
 * @property {Record<string, Promise<View>>} [views]
 * @typedef {{ el: Element, luminoWidget: any }} View
 *
 * @typedef {object} Manager
 * @property {{ clientId?: string }} [kernel]
 * @property {{ model?: Notebook }} [context]
 * @property {(id: string) => boolean} [has_model]
 * @property {(id: string) => Promise<WidgetModel>} [get_model]
 * @property {(model: WidgetModel) => Promise<View>} [create_view]
 */

/** The outputs of a cell, or of an ipywidgets.Output. */
class Place {
  #area;

  /** @param {OutputAreaModel} area */
  constructor(area) {
    this.#area = area;
  }

  /** @returns {Output[]} */
  get outputs() {
    return Array.from({ length: this.#area.length }, (_, i) => this.#area.get(i));
  }

  /** The widgets that its outputs show. @returns {string[]} */
  get widgets() {
    return this.outputs.map(({ data }) => data?.[VIEW]?.model_id).filter(Boolean);
  }

  /** @param {number} index @param {object} output */
  set(index, output) {
    this.#area.set(index, output);
  }

  /** @param {object} output */
  add(output) {
    this.#area.add(output);
  }

  /** Let the kernel know what was changed. */
  save() {}
}

/** The outputs of JupyterLab's model of an ipywidgets.Output, which has them twice. */
class OutputPlace extends Place {
  #model;

  /** @param {WidgetModel} model @param {OutputAreaModel} area */
  constructor(model, area) {
    super(area);
    this.#model = model;
  }

  save() {
    const outputs = /** @type {OutputAreaModel} */ (this.#model.outputs).toJSON();
    // As the model does for an output that arrives; without it, the model would draw everything again.
    this.#model.set("outputs", outputs, { newMessage: true });
    this.#model.save_changes();
  }
}

/** The outputs of an ipywidgets.Output elsewhere. */
class TraitPlace extends Place {
  #model;
  #outputs;

  /** @param {WidgetModel} model */
  constructor(model) {
    const outputs = [...model.get("outputs")];
    super({
      get length() {
        return outputs.length;
      },
      get: (index) => outputs[index],
      set: (index, output) => (outputs[index] = output),
      add: (output) => outputs.push(output),
      toJSON: () => outputs,
    });
    this.#model = model;
    this.#outputs = outputs;
  }

  save() {
    this.#model.set("outputs", this.#outputs);
    this.#model.save_changes();
  }
}

/** @param {WidgetModel} model @returns {Place | null} */
function placeOf(model) {
  if (typeof model.outputs?.set === "function") return new OutputPlace(model, model.outputs);
  return Array.isArray(model.get("outputs")) ? new TraitPlace(model) : null;
}

/** Where a page can show a widget: the cells of its notebook, and ipywidgets' Outputs. */
export class Places {
  #manager;

  /** @param {Manager | undefined} manager */
  constructor(manager) {
    this.#manager = manager;
  }

  /**
   * The notebook's model, which only JupyterLab and Notebook 7 give to widgets; with it, every
   * place is known.
   */
  get #notebook() {
    return this.#manager?.context?.model;
  }

  /** Whether the page can put a view into a cell. */
  get hasCells() {
    return this.#notebook !== undefined;
  }

  /**
   * Put another view where some widgets are shown.
   * @param {string[]} widgets
   * @param {string[]} outputs  The ids of the Outputs.
   * @param {Record<string, any>} data  By MIME type.
   * @returns {Promise<boolean | null>} Whether it is there now, null if not every place is known.
   */
  async replace(widgets, outputs, data) {
    const models = await Promise.all(outputs.map((id) => this.#model(id, true)));
    let replaced = false;
    for (const place of [...this.#cells, ...placesOf(models)]) {
      const replacedHere = replaceIn(place, widgets, data);
      // By its display id, before the page came to this.
      replaced ||= replacedHere || holds(place, data);
    }
    return replaced || (this.hasCells && !models.includes(null) ? false : null);
  }

  /**
   * Show a widget where another one is, in the place of what that one showed by an earlier message.
   * @param {string} other
   * @param {string} message
   * @param {string[]} outputs  The ids of the Outputs.
   * @param {Record<string, any>} data  What shows the widget, by MIME type.
   * @returns {Promise<boolean>} Whether it found the other one.
   */
  async showBeside(other, message, outputs, data) {
    const models = await Promise.all(outputs.map((id) => this.#model(id)));
    for (const place of [...placesOf(models), ...this.#cells]) {
      if (!(await this.#anyHolds(place.widgets, [other], false))) continue;
      const metadata = { [NOTE]: { widget: other, message } };
      addIn(place, { output_type: "display_data", data, metadata });
      return true;
    }
    return false;
  }

  /**
   * Whether one of some widgets is shown: in the cells, drawn or not, or where the page does not
   * know them in what is drawn.
   * @param {string[]} widgets
   * @param {string[]} outputs  The ids of the Outputs.
   */
  async shows(widgets, outputs) {
    let places = this.#cells;
    if (!this.hasCells) {
      const models = await Promise.all(outputs.map((id) => this.#model(id)));
      places = placesOf(models.filter((model) => Object.keys(model?.views ?? {}).length > 0));
    }
    const roots = places.flatMap((place) => place.widgets);
    return this.#anyHolds(roots, widgets, true);
  }

  get #cells() {
    const cells = [...(this.#notebook?.cells ?? [])];
    return cells.flatMap(({ outputs }) => (outputs ? [new Place(outputs)] : []));
  }

  /**
   * Whether a widget is among some, or inside one of them.
   * @param {string[]} roots
   * @param {string[]} widgets
   * @param {boolean} throughOutputs  Whether what an Output shows counts as inside it.
   * @param {Set<string>} [seen]
   * @returns {Promise<boolean>}
   */
  async #anyHolds(roots, widgets, throughOutputs, seen = new Set()) {
    for (const id of roots) {
      if (widgets.includes(id)) return true;
      if (seen.has(id)) continue;
      seen.add(id);
      const model = await this.#model(id);
      if (!model) continue;
      const children = /** @type {WidgetModel[]} */ (model.get("children") ?? []);
      const inside = children.map((child) => child.model_id);
      if (throughOutputs) inside.push(...(placeOf(model)?.widgets ?? []));
      if (await this.#anyHolds(inside, widgets, throughOutputs, seen)) return true;
    }
    return false;
  }

  /**
   * @param {string} id
   * @param {boolean} [wait]  For one that a page that was just loaded does not have yet.
   */
  async #model(id, wait = false) {
    const manager = this.#manager;
    if (!manager?.get_model || !(wait || manager.has_model?.(id))) return null;
    return manager.get_model(id).catch(() => null);
  }
}

/** @param {(WidgetModel | null)[]} models */
function placesOf(models) {
  return models.flatMap((model) => (model && placeOf(model)) || []);
}

/**
 * @param {Place} place
 * @param {string[]} widgets
 * @param {Record<string, any>} data
 */
function replaceIn(place, widgets, data) {
  const { outputs } = place;
  let replaced = false;
  for (const [index, output] of outputs.entries()) {
    if (!widgets.includes(output.data?.[VIEW]?.model_id)) continue;
    const note = output.metadata?.[NOTE];
    const metadata = note ? { [NOTE]: note } : {};
    place.set(index, { output_type: "display_data", data, metadata });
    replaced = true;
  }
  if (replaced) place.save();
  return replaced;
}

/**
 * Whether a view is in a place.
 * @param {Place} place
 * @param {Record<string, any>} view  By MIME type.
 */
function holds({ outputs }, { "text/html": html }) {
  return Boolean(html) && outputs.some(({ data }) => data?.["text/html"] === html);
}

/**
 * Add an output; what an earlier message of the same widget has shown makes room for it.
 * @param {Place} place
 * @param {{ output_type: string, data: Record<string, any>, metadata: Record<string, any> }} output
 */
function addIn(place, output) {
  const { widget, message } = output.metadata[NOTE];
  let added = false;
  for (const [index, { metadata }] of place.outputs.entries()) {
    const note = metadata?.[NOTE];
    if (note?.widget !== widget || note.message === message) continue;
    // JupyterLab cannot take a single output away, and does not dispose of a widget's view when
    // another widget's takes its place.
    place.set(index, { ...output, data: NOTHING });
    if (!added) place.set(index, output);
    added = true;
  }
  if (!added) place.add(output);
  place.save();
}
