/** @typedef {import("./playback_queue.js").PlaybackQueue} PlaybackQueue */

const SAVED_SOUND = ".jtts-view audio";

/**
 * Have the saved views of the page take turns with its players: one that somebody starts silences
 * the player that sounds, and a player that begins by itself waits for it. Their own script does
 * not run in an untrusted notebook, so this listens from outside.
 * @param {PlaybackQueue} queue
 */
export function takeTurnsWithSavedViews(queue) {
  /** @type {WeakMap<HTMLAudioElement, SavedSound>} */
  const sounds = new WeakMap();
  const begin = (/** @type {HTMLAudioElement} */ audio) => {
    const sound = sounds.get(audio) ?? new SavedSound(audio, queue);
    sounds.set(audio, sound);
    queue.take(sound);
  };
  // Media events do not bubble.
  document.addEventListener("play", ({ target }) => isSavedSound(target) && begin(target), true);
  for (const audio of document.querySelectorAll(SAVED_SOUND)) {
    if (isSavedSound(audio) && !audio.paused) begin(audio);
  }
}

/** The sound of a saved view, as the queue sees it. */
class SavedSound {
  #audio;

  /** @param {HTMLAudioElement} audio @param {PlaybackQueue} queue */
  constructor(audio, queue) {
    this.#audio = audio;
    // It is paused, too, when its output is taken away.
    audio.addEventListener("pause", () => queue.leave(this));
    audio.addEventListener("ended", () => queue.leave(this));
  }

  get paused() {
    return this.#audio.paused;
  }

  granted() {}

  interrupted() {
    this.#audio.pause();
  }
}

/** @param {EventTarget | null} target @returns {target is HTMLAudioElement} */
function isSavedSound(target) {
  return target instanceof HTMLAudioElement && target.matches(SAVED_SOUND);
}
