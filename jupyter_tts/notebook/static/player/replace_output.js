/** The MIME type of an output that shows a widget. */
const VIEW = "application/vnd.jupyter.widget-view+json";

/**
 * As much of JupyterLab's notebook model as is used here.
 * @typedef {{ data?: Record<string, any> }} Output
 * @typedef {object} Outputs
 * @property {number} length
 * @property {(index: number) => Output} get
 * @property {(index: number, output: object) => void} set
 * @typedef {{ cells?: Iterable<{ outputs?: Outputs }> }} Notebook
 */

/**
 * Put another view where a notebook shows a widget of some, and say whether there was one.
 * @param {Notebook | undefined} notebook  Undefined in other front ends than JupyterLab and
 *   Notebook 7.
 * @param {string[]} ids  The widgets'.
 * @param {Record<string, any>} data  By MIME type.
 */
export function replaceOutput(notebook, ids, data) {
  let replaced = false;
  for (const { outputs } of notebook?.cells ?? []) {
    for (let i = 0; i < (outputs?.length ?? 0); i++) {
      if (!outputs || !ids.includes(outputs.get(i).data?.[VIEW]?.model_id)) continue;
      outputs.set(i, { output_type: "display_data", data, metadata: {} });
      replaced = true;
    }
  }
  return replaced;
}
