/** Puts numbered chunks in order, and knows which are missing. */
export class ReorderBuffer {
  /** Number of the first chunk not handed on yet. */
  next = 0;
  /** Numbers below this one exist. */
  #known = 0;
  /** @type {Map<number, Int16Array>} Chunks that came before their turn. */
  #early = new Map();

  /**
   * @param {number} seq
   * @param {Int16Array} samples
   * @returns {Int16Array[]} The chunks whose turn has come; none for a duplicate.
   */
  accept(seq, samples) {
    if (seq < this.next || this.#early.has(seq)) return [];
    this.expect(seq + 1);
    this.#early.set(seq, samples);
    const ready = [];
    for (let chunk; (chunk = this.#early.get(this.next)); this.next++) {
      this.#early.delete(this.next);
      ready.push(chunk);
    }
    return ready;
  }

  /**
   * Learn that the chunks numbered below `count` exist.
   * @param {number} count
   */
  expect(count) {
    this.#known = Math.max(this.#known, count);
  }

  /**
   * The first missing numbers, at most `limit`.
   * @param {number} limit
   */
  missing(limit) {
    const numbers = [];
    for (let seq = this.next; seq < this.#known && numbers.length < limit; seq++) {
      if (!this.#early.has(seq)) numbers.push(seq);
    }
    return numbers;
  }
}
