/**
 * Stands for the webview of VS Code around its own widget manager: a kernel connection whose
 * messages a test brings and takes, and one cell's output.
 */
// @ts-nocheck The package has no types.
import { activate } from "./ipywidgets.js";

activate();
window.vscIPyWidgets8.load();

const signal = () => ({ connect() {}, disconnect() {}, emit() {} });
const comms = new Map();
const targets = new Map();
const sent = [];

/** A comm as @jupyterlab/services has it. */
class HostComm {
  onMsg = () => {};
  onClose = () => {};

  constructor(targetName, commId) {
    this.targetName = targetName;
    this.commId = commId;
    comms.set(commId, this);
  }

  send(data) {
    const header = { msg_id: crypto.randomUUID() };
    sent.push({ id: header.msg_id, comm: this.commId, data });
    return { msg: { header }, done: Promise.resolve() };
  }

  open() {}
  close() {}
}

const kernel = {
  id: "kernel",
  clientId: new URLSearchParams(location.search).get("client"),
  username: "",
  statusChanged: signal(),
  connectionStatusChanged: signal(),
  iopubMessage: signal(),
  anyMessage: signal(),
  disposed: signal(),
  registerCommTarget: (name, open) => targets.set(name, open),
  removeCommTarget: (name) => targets.delete(name),
  createComm: (target, id = crypto.randomUUID()) => new HostComm(target, id),
  requestCommInfo: async () => ({ content: { comms: {} } }),
};

const output = document.getElementById("output");
const loader = {
  widgetsRegisteredInRequireJs: new Set(),
  loadWidgetScript: async () => {},
  successHandler() {},
  errorHandler: (...error) => console.error(...error),
};
const manager = new window.vscIPyWidgets.WidgetManager(kernel, output, loader, () => {}, undefined);

async function show({ data }) {
  const view = data["application/vnd.jupyter.widget-view+json"];
  output.replaceChildren();
  if (!view) {
    output.innerHTML = data["text/html"] ?? "";
    return;
  }
  const model = await manager.get_model(view.model_id);
  await manager.display_view(undefined, await manager.create_view(model), { node: output });
}

async function handle({ type, content, metadata, buffers }) {
  const bytes = buffers.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
  const message = { content, metadata, buffers: bytes.map((one) => new DataView(one.buffer)) };
  if (type === "comm_open") {
    const comm = new HostComm(content.target_name, content.comm_id);
    await targets.get(content.target_name)?.(comm, message);
  } else if (type === "comm_msg") await comms.get(content.comm_id)?.onMsg(message);
  else if (type === "comm_close") await comms.get(content.comm_id)?.onClose(message);
  else if (/^(update_)?display_data$/.test(type)) await show(content);
}

let handled = Promise.resolve();
window.host = {
  deliver: (message) => void (handled = handled.then(() => handle(message)).catch(console.error)),
  take: () => sent.splice(0),
};
