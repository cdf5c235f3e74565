/** Where a browser tab remembers the sessions of its pages: kept by a reload, empty in a new tab. */
const SESSIONS = "jupyter_tts.sessions";
const REMEMBERED = 16;

/** How long a page that is still there may take to say so. */
const ALIVE_MS = 300;

/**
 * As much as is used here of a front end's connection to a kernel.
 * @typedef {{ clientId?: string, isDisposed?: boolean }} Connection
 */

/**
 * The browser tab that a page is in. A page that is loaded again gets a new client session, so that
 * only its tab can tell it from a page in another one.
 */
class BrowserTab {
  /** Sessions of the pages that were here before. */
  #earlier = new Set(remembered());
  /** Sessions of this page, with their connections. @type {Map<string, Connection>} */
  #own = new Map();
  #channel = new BroadcastChannel(SESSIONS);
  /**
   * The sessions that are being asked for: all players ask for the same one.
   * @type {Map<string, { isGone: Promise<boolean>, found: () => void }>}
   */
  #asked = new Map();

  constructor() {
    this.#channel.addEventListener("message", ({ data }) => {
      if (this.#lives(data.asked)) this.#channel.postMessage({ alive: data.asked });
      this.#asked.get(data.alive)?.found();
    });
  }

  /** @param {Connection | null | undefined} connection  One of this page. */
  join(connection) {
    const session = connection?.clientId;
    if (!session || this.#own.has(session)) return;
    this.#own.set(session, connection);
    remember([...this.#earlier, ...this.#own.keys()].slice(-REMEMBERED));
  }

  /**
   * Whether a session was in this tab and is gone, with its page or with a notebook that was closed
   * in this one. A tab that was duplicated remembers a page that is still there.
   * @param {string} session
   * @returns {Promise<boolean>}
   */
  follows(session) {
    if (this.#own.has(session)) return Promise.resolve(!this.#lives(session));
    if (!this.#earlier.has(session)) return Promise.resolve(false);
    return this.#asked.get(session)?.isGone ?? this.#ask(session);
  }

  /**
   * Whether no page says within a moment that it has a session.
   * @param {string} session
   * @returns {Promise<boolean>}
   */
  #ask(session) {
    let found = () => {};
    const isGone = new Promise((resolve) => {
      found = () => resolve(false);
      setTimeout(() => resolve(true), ALIVE_MS);
    }).finally(() => this.#asked.delete(session));
    this.#asked.set(session, { isGone, found });
    this.#channel.postMessage({ asked: session });
    return isGone;
  }

  /** @param {string} session */
  #lives(session) {
    const connection = this.#own.get(session);
    return connection !== undefined && !connection.isDisposed;
  }
}

/** @returns {string[]} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(SESSIONS) ?? "[]");
  } catch {
    return []; // a sandboxed frame may have no storage
  }
}

/** @param {string[]} sessions */
function remember(sessions) {
  try {
    sessionStorage.setItem(SESSIONS, JSON.stringify(sessions));
  } catch {
    // A page that cannot remember has its players ask "Listen here" after a reload.
  }
}

const TAB = Symbol.for("jupyter_tts.tab");

/** @returns {BrowserTab} The one of this page, whatever number of widgets import this module. */
export function browserTab() {
  const shared = /** @type {{ [TAB]?: BrowserTab }} */ (globalThis);
  return (shared[TAB] ??= new BrowserTab());
}
