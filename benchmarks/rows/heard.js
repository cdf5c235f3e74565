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

  /**
   * The moment of the first sample that is louder.
   * @param {{ context: AudioContext, blocks: { first: number, samples: Float32Array }[] }} ear
   * @param {number} level
   */
  function louder({ context, blocks }, level) {
    for (const { first, samples } of blocks) {
      const at = samples.findIndex((sample) => Math.abs(sample) > level);
      if (at >= 0) return moment(context, first + at);
    }
    return Infinity;
  }

  /** The same of all ears; null before it comes. @param {number} level */
  function first(level) {
    const least = Math.min(...page.ear.ears.map((/** @type {any} */ ear) => louder(ear, level)));
    return least === Infinity ? null : least;
  }

  /** What passes on the kernel's socket. @type {{ step: string, sent: boolean, sign: RegExp }[]} */
  const PASSING = [
    { step: "comm_open in the page", sent: false, sign: /"comm_open".*"sample_rate"/s },
    { step: "player's JavaScript is there", sent: true, sign: /"kind": ?"hello"/ },
    { step: "received by the page", sent: false, sign: /"kind": ?"audio"/ },
  ];
  /** When each passed first, in milliseconds since the epoch. @type {Record<string, number>} */
  let passed = {};
  const text = new TextDecoder("latin1");

  /** Bytes of a message that are looked at: all but the sound. */
  const HEAD = 20_000;

  /** @param {any} data @param {boolean} sent */
  function note(data, sent) {
    const now = Date.now();
    const message = typeof data === "string" ? data : text.decode(head(data));
    for (const { step, sign, sent: way } of PASSING) {
      if (way === sent && !(step in passed) && sign.test(message)) passed[step] = now;
    }
  }

  /** @param {ArrayBuffer | ArrayBufferView} data */
  function head(data) {
    if (data instanceof ArrayBuffer)
      return new Uint8Array(data, 0, Math.min(HEAD, data.byteLength));
    const { buffer, byteOffset, byteLength } = data;
    return new Uint8Array(buffer, byteOffset, Math.min(HEAD, byteLength));
  }

  page.WebSocket = new Proxy(WebSocket, {
    construct(target, options) {
      const socket = Reflect.construct(target, options);
      socket.addEventListener("message", (/** @type {any} */ { data }) => note(data, false));
      return socket;
    },
  });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    note(data, true);
    return send.call(this, data);
  };

  page.heard = {
    /** Let no element sound on, and wait until nothing is heard any more. */
    async begin() {
      for (const element of document.querySelectorAll("audio")) element.pause();
      do {
        for (const { blocks } of page.ear.ears) blocks.length = 0;
        await new Promise((resolve) => setTimeout(resolve, QUIET));
      } while (page.heard.first() !== null);
      passed = {};
    },
    /** The moment of the first sound since; null before it comes. */
    first: () => first(AUDIBLE),
    /** When each step in the page was passed since. */
    steps: () => ({ ...passed, "first sample played": first(0), heard: first(AUDIBLE) }),
  };
})();
