/** Where a browser tab remembers the sessions of its pages: kept by a reload, empty in a new tab. */
const SESSIONS = "jupyter_tts.sessions";
const REMEMBERED = 16;

/** How long a page that is still there may take to say so. */
const ALIVE_MS = 300;

/**
 * The browser tab that a page is in. A page that is loaded again gets a new client session, so that
 * only its tab can tell it from a page in another one.
 */
class BrowserTab {
  /** Sessions of the pages that were here before. */
  #earlier = new Set(remembered());
  /** Sessions of this page. @type {Set<string>} */
  #own = new Set();
  #channel = new BroadcastChannel(SESSIONS);
  /** @type {Map<string, () => void>} What to do when the page of a session says it is there. */
  #awaited = new Map();

  constructor() {
    this.#channel.addEventListener("message", ({ data }) => {
      if (this.#own.has(data.asked)) this.#channel.postMessage({ alive: data.asked });
      this.#awaited.get(data.alive)?.();
    });
  }

  /** @param {string | undefined} session  One of this page. */
  join(session) {
    if (!session || this.#own.has(session)) return;
    this.#own.add(session);
    remember([...this.#earlier, ...this.#own].slice(-REMEMBERED));
  }

  /**
   * Whether a session's page was in this tab and is gone: a tab that was duplicated remembers one
   * that is still there.
   * @param {string} session
   * @returns {Promise<boolean>}
   */
  follows(session) {
    if (!this.#earlier.has(session)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), ALIVE_MS);
      this.#awaited.set(session, () => {
        clearTimeout(timer);
        resolve(false);
      });
      this.#channel.postMessage({ asked: session });
    });
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
