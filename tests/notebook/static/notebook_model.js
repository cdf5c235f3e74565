import { Places } from "../../../jupyter_tts/notebook/static/player/places.js";

/**
 * A page's models, made from a description: `cells` are lists of outputs, `widgets` have `children`
 * or `outputs`. An output is a widget's id, or a text. Without `cells` the page has no notebook, and
 * its Outputs have only the trait.
 */
class PageModels {
  kernelGot = {};

  constructor({ cells, widgets = {} }) {
    if (cells)
      this.context = { model: { cells: cells.map((outputs) => ({ outputs: area(outputs) })) } };
    this.models = Object.fromEntries(
      Object.entries(widgets).map(([id, description]) => [id, this.#model(id, description)]),
    );
  }

  has_model = (id) => id in this.models;

  get_model = async (id) => {
    if (!this.has_model(id)) throw new Error("widget model not found");
    return this.models[id];
  };

  #model(id, { children = [], outputs, views = 1 }) {
    const traits = {
      get children() {
        return children.map((child) => ({ model_id: child }));
      },
      outputs: outputs?.map(output),
    };
    return {
      model_id: id,
      views: Object.fromEntries(Array.from({ length: views }, (_, n) => [n, {}])),
      outputs: outputs && this.context ? area(outputs) : undefined,
      get: (name) => traits[name],
      set: (name, value) => (traits[name] = value),
      save_changes: () => (this.kernelGot[id] = traits.outputs.map(shown)),
    };
  }

  get shown() {
    const cells = this.context?.model.cells ?? [];
    return cells.map(({ outputs }) => outputs.toJSON().map(shown));
  }
}

function area(descriptions) {
  const outputs = descriptions.map(output);
  return {
    get length() {
      return outputs.length;
    },
    get: (index) => outputs[index],
    set: (index, value) => (outputs[index] = value),
    add: (value) => outputs.push(value),
    toJSON: () => [...outputs],
  };
}

function view(id) {
  return { "application/vnd.jupyter.widget-view+json": { model_id: id } };
}

function output(description) {
  const [kind, id] = description.split(" ");
  return { output_type: "display_data", data: kind === "widget" ? view(id) : { "text/html": kind } };
}

function shown({ data }) {
  const id = data["application/vnd.jupyter.widget-view+json"]?.model_id;
  return id ? `widget ${id}` : (data["text/html"] ?? "");
}

export async function replace(page, widgets, outputs) {
  const models = new PageModels(page);
  const replaced = await new Places(models).replace(widgets, outputs, { "text/html": "saved" });
  return { replaced, cells: models.shown, kernel: models.kernelGot };
}

export async function shows(page, widgets, outputs) {
  return new Places(new PageModels(page)).shows(widgets, outputs);
}

export async function showBeside(page, other, outputs, ...messages) {
  const models = new PageModels(page);
  const places = new Places(models);
  for (const [message, id] of messages) await places.showBeside(other, message, outputs, view(id));
  return { cells: models.shown, kernel: models.kernelGot };
}
