/**
 * An independent ear, put into a page before any of its scripts. Whatever is connected to an
 * AudioContext's destination is also recorded, every rendered sample with its frame number, without
 * the page's help and even if the page is made to believe that there is no AudioWorklet.
 */
(() => {
  const TAP = `registerProcessor("ear", class extends AudioWorkletProcessor {
    #blocks = []; #first = 0; #frames = 0;
    process([[input]]) {
      const block = input ? input.slice() : new Float32Array(128);
      if (this.#frames === 0) this.#first = currentFrame;
      this.#blocks.push(block);
      this.#frames += block.length;
      if (this.#frames >= 1024) this.#tell();
      return true;
    }
    #tell() {
      const samples = new Float32Array(this.#frames);
      let at = 0;
      for (const block of this.#blocks) { samples.set(block, at); at += block.length; }
      this.port.postMessage({ first: this.#first, samples }, [samples.buffer]);
      this.#blocks = [];
      this.#frames = 0;
    }
  });`;

  /** @typedef {{ first: number, samples: Float32Array }} Block */

  /**
   * @typedef {object} Ear
   * @property {AudioContext} context
   * @property {Block[]} blocks
   * @property {AudioNode[]} sources
   * @property {AudioNode | null} tap
   * @property {Promise<void>} ready
   */

  /** @type {Ear[]} */
  const ears = [];
  const getter = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "audioWorklet")?.get;
  const worklets = "AudioWorklet" in window;
  const addModule = window.AudioWorklet?.prototype.addModule;
  /** @type {(this: AudioNode, target: AudioNode) => AudioNode} */
  const connect = AudioNode.prototype.connect;
  const RealContext = window.AudioContext;

  /**
   * Records in the audio thread.
   * @param {AudioContext} context
   * @param {(block: Block) => void} keep
   */
  async function workletTap(context, keep) {
    const url = URL.createObjectURL(new Blob([TAP], { type: "text/javascript" }));
    await addModule.call(getter?.call(context), url);
    URL.revokeObjectURL(url);
    const channels = { channelCount: 1, channelCountMode: /** @type {const} */ ("explicit") };
    const tap = new AudioWorkletNode(context, "ear", channels);
    tap.port.onmessage = ({ data }) => keep(data);
    return tap;
  }

  /**
   * Records where there is no AudioWorklet: plain http from another host.
   * @param {AudioContext} context
   * @param {(block: Block) => void} keep
   */
  async function scriptTap(context, keep) {
    const tap = context.createScriptProcessor(1024, 1, 1);
    let first = 0;
    tap.onaudioprocess = ({ inputBuffer }) => {
      keep({ first, samples: inputBuffer.getChannelData(0).slice() });
      first += inputBuffer.length;
    };
    return tap;
  }

  /** @param {AudioContext} context */
  function attach(context) {
    /** @type {Ear} */
    const ear = { context, blocks: [], sources: [], tap: null, ready: Promise.resolve() };
    const makeTap = worklets ? workletTap : scriptTap;
    ear.ready = makeTap(context, (block) => ear.blocks.push(block)).then((tap) => {
      ear.tap = tap;
      // Its own output is silence: the connection only keeps it running.
      connect.call(ear.tap, context.destination);
      for (const source of ear.sources) connect.call(source, ear.tap);
    });
    ears.push(ear);
  }

  window.AudioContext = class extends RealContext {
    /** @param {AudioContextOptions} [options] */
    constructor(options) {
      super(options);
      attach(this);
    }
  };

  // The page's own module waits for the ear's: no sound can come before there is someone to hear
  // it.
  if (worklets) {
    AudioWorklet.prototype.addModule = async function (...request) {
      await ears.find((ear) => getter?.call(ear.context) === this)?.ready;
      return addModule.apply(this, request);
    };
  }

  /** @type {(this: AudioNode, ...request: any[]) => any} */
  AudioNode.prototype.connect = function (...request) {
    const ear = ears.find(({ context }) => context.destination === request[0]);
    if (ear) {
      ear.sources.push(this);
      if (ear.tap) connect.call(this, ear.tap);
    }
    return connect.apply(this, /** @type {[AudioNode]} */ (request));
  };

  /** @param {Uint8Array} bytes */
  function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return btoa(text);
  }

  Object.assign(window, {
    ear: {
      ears,
      /** Every context of the page can be heard. */
      ready: () => Promise.all(ears.map((ear) => ear.ready)),
      /** End every context of the page and forget what was heard. */
      forget: () => {
        const open = ears.splice(0).filter(({ context }) => context.state !== "closed");
        return Promise.all(open.map(({ context }) => context.close()));
      },
      /** Frames recorded so far in context `index`. @param {number} index */
      frames: (index) => {
        const last = ears[index]?.blocks.at(-1);
        return last ? last.first + last.samples.length : 0;
      },
      /** Whether context `index` has sounded. @param {number} index */
      sounded: (index) => ears[index]?.blocks.some(({ samples }) => samples.some(Boolean)),
      /** Everything recorded in context `index`. @param {number} index */
      dump: (index) => {
        const { context, blocks } = ears[index];
        const all = new Float32Array(blocks.reduce((sum, { samples }) => sum + samples.length, 0));
        let at = 0;
        for (const { samples } of blocks) {
          all.set(samples, at);
          at += samples.length;
        }
        return { rate: context.sampleRate, base64: base64(new Uint8Array(all.buffer)) };
      },
    },
  });
})();
