/** An audio context that has not started after this time is taken as blocked. */
const BLOCKED_MS = 400;
/** One that has not started so long after a user gesture lacks something else than that. */
const SILENT_MS = 2000;

/** Whether the page's audio output starts when a player wants it to, and if not, why. */
export class AutoplayWatch {
  /** The browser does not let the page sound. */
  blocked = false;
  /** Nor does it after a user gesture. */
  silent = false;

  #changed;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blockedTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silentTimer;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** The output ought to run and does not. */
  expect() {
    this.#blockedTimer ??= setTimeout(() => {
      this.blocked = true;
      this.#changed();
    }, BLOCKED_MS);
  }

  /** A user gesture; the output that ought to run was asked to. */
  gesture() {
    // Some keys are no gesture to the browser.
    if (navigator.userActivation?.hasBeenActive === false) return;
    this.#silentTimer ??= setTimeout(() => {
      this.silent = true;
      this.#changed();
    }, SILENT_MS);
  }

  /** The output runs, or is not wanted now. */
  settle() {
    clearTimeout(this.#blockedTimer);
    clearTimeout(this.#silentTimer);
    this.#blockedTimer = this.#silentTimer = undefined;
    this.blocked = this.silent = false;
  }
}
