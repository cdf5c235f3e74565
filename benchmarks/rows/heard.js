/**
 * When a page is first heard, whoever makes the sound: put into the page after tests/browser/ear.js,
 * which records what reaches an AudioContext's destination. Here every media element is led through
 * an AudioContext that is already running, so that it is heard by the same ear, on the same clock.
 */
(() => {
  /** Peak of full scale below which nothing is heard: -60 dB. */
  const AUDIBLE = 0.001;

  /** Milliseconds without a sound after which none is on its way any more. */
  const QUIET = 400;

  /** @type {any} */
  const page = window;
  const context = new AudioContext();
  const led = new WeakSet();

  // An element's sound is fetched after this, so not a sample of it is missed.
  document.addEventListener(
    "loadstart",
    ({ target }) => {
      if (!(target instanceof HTMLMediaElement) || led.has(target)) return;
      led.add(target);
      context.createMediaElementSource(target).connect(context.destination);
    },
    true,
  );

  /**
   * When a context rendered a frame, in milliseconds since the epoch. Until it is heard the device
   * takes what the context says it does, which is the same for all.
   * @param {AudioContext} context @param {number} frame
   */
  function moment(context, frame) {
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    if (contextTime === undefined || performanceTime === undefined) return Infinity;
    const later = frame / context.sampleRate - contextTime - device(context);
    return performance.timeOrigin + performanceTime + 1000 * later;
  }

  /** Seconds. @param {AudioContext} context */
  const device = (context) => context.baseLatency + context.outputLatency;

  /** @param {{ context: AudioContext, blocks: { first: number, samples: Float32Array }[] }} ear */
  function first({ context, blocks }) {
    for (const { first, samples } of blocks) {
      const at = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
      if (at >= 0) return moment(context, first + at);
    }
    return Infinity;
  }

  page.heard = {
    /** Let no element sound on, wait until nothing is heard any more, and return the time. */
    async begin() {
      for (const element of document.querySelectorAll("audio")) element.pause();
      do {
        for (const { blocks } of page.ear.ears) blocks.length = 0;
        await new Promise((resolve) => setTimeout(resolve, QUIET));
      } while (page.heard.first() !== null);
      return Date.now();
    },
    /** The moment of the first sound since; null before it comes. */
    first() {
      const moments = page.ear.ears.map(first);
      const least = Math.min(...moments);
      return least === Infinity ? null : least;
    },
  };
})();
