/**
 * A player as the queue sees it. These names, and those of the queue, stay: see `PageAudio`.
 * @typedef {object} QueuedPlayer
 * @property {boolean} paused  It has the turn, but its user paused it.
 * @property {() => void} granted  It may sound now.
 * @property {() => void} interrupted  A user started another one.
 */

/** Whose turn it is: one player sounds, the others wait. */
export class PlaybackQueue {
  /** @type {QueuedPlayer | null} */
  holder = null;
  /** @type {QueuedPlayer[]} */
  queue = [];

  /**
   * A stream begins by itself: it waits while another sounds, but not for one that is paused.
   * @param {QueuedPlayer} player
   */
  begin(player) {
    if (!this.holder || this.holder.paused) this.#grant(player);
    else if (!this.queue.includes(player)) this.queue.push(player);
  }

  /**
   * A user wants to hear this one now.
   * @param {QueuedPlayer} player
   */
  take(player) {
    const previous = this.holder;
    this.#remove(player);
    this.holder = player;
    // First, so that the two are not heard together while the page draws.
    if (previous !== player) previous?.interrupted();
    this.#grant(player);
  }

  /**
   * Done, or will never sound.
   * @param {QueuedPlayer} player
   */
  leave(player) {
    this.#remove(player);
    if (this.holder !== player) return;
    this.holder = null;
    const next = this.queue.shift();
    if (next) this.#grant(next);
  }

  /** @param {QueuedPlayer} player */
  #remove(player) {
    this.queue = this.queue.filter((other) => other !== player);
  }

  /** @param {QueuedPlayer} player */
  #grant(player) {
    this.holder = player;
    player.granted();
  }
}
