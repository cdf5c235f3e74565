import { element } from "../shared/dom.js";

/** The loudest sample of every 10 ms, kept as the sound arrives. */
export class Peaks {
  #bucket;
  #values = new Float32Array(1024);
  #frames = 0;

  /** @param {number} rate  Frames per second. */
  constructor(rate) {
    this.#bucket = Math.max(1, Math.round(rate / 100));
  }

  /** @param {Int16Array} samples */
  append(samples) {
    const needed = Math.ceil((this.#frames + samples.length) / this.#bucket);
    if (needed > this.#values.length) {
      const grown = new Float32Array(Math.max(needed, 2 * this.#values.length));
      grown.set(this.#values);
      this.#values = grown;
    }
    for (let i = 0; i < samples.length; i++, this.#frames++) {
      const index = Math.floor(this.#frames / this.#bucket);
      const level = Math.abs(samples[i]) / 32768;
      if (level > this.#values[index]) this.#values[index] = level;
    }
  }

  /** @param {number} frames */
  truncate(frames) {
    this.#frames = Math.min(frames, this.#frames);
    this.#values.fill(0, Math.ceil(this.#frames / this.#bucket));
  }

  /**
   * The loudest level, 0 to 1, between two frames.
   * @param {number} from
   * @param {number} to
   */
  between(from, to) {
    let level = 0;
    const last = Math.ceil(Math.min(to, this.#frames) / this.#bucket);
    for (let i = Math.floor(from / this.#bucket); i < last; i++) {
      if (this.#values[i] > level) level = this.#values[i];
    }
    return level;
  }
}

const BAR_PX = 2;
const PITCH_PX = 3;
const REST_PX = 2;

/** A waveform as bars in the canvas's own CSS colour, each drawn once all its frames are there. */
class Waveform {
  #canvas;
  #peaks;
  #key = "";
  /** CSS pixels, looked up when the size has changed: that costs a layout. */
  #width = 0;
  #height = 0;
  /** Bars drawn so far. */
  #drawn = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Peaks} peaks
   */
  constructor(canvas, peaks) {
    this.#canvas = canvas;
    this.#peaks = peaks;
  }

  /** Draw everything again at the next `draw`: the theme or the size has changed. */
  invalidate() {
    this.#key = "";
  }

  /**
   * @param {number} frames  Received.
   * @param {number} extent  Frames across the whole width.
   */
  draw(frames, extent) {
    if (this.#key === "") {
      [this.#width, this.#height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    }
    const [width, height] = [this.#width, this.#height];
    const brush = this.#canvas.getContext("2d");
    if (!brush || width === 0) return;
    const bars = Math.max(1, Math.floor(width / PITCH_PX));
    const key = [width, height, devicePixelRatio, extent].join();
    if (key !== this.#key) this.#reset(brush, key, bars);
    const perBar = extent / bars;
    const ready = frames >= extent ? bars : Math.floor(frames / perBar);
    for (; this.#drawn < ready; this.#drawn++) {
      const level = this.#peaks.between(this.#drawn * perBar, (this.#drawn + 1) * perBar);
      brush.clearRect(this.#drawn * PITCH_PX, 0, PITCH_PX, height);
      this.#bar(brush, this.#drawn, Math.max(REST_PX, level ** 0.7 * height));
    }
  }

  /**
   * @param {CanvasRenderingContext2D} brush
   * @param {string} key
   * @param {number} bars
   */
  #reset(brush, key, bars) {
    this.#key = key;
    this.#drawn = 0;
    this.#canvas.width = Math.round(this.#width * devicePixelRatio);
    this.#canvas.height = Math.round(this.#height * devicePixelRatio);
    brush.scale(devicePixelRatio, devicePixelRatio);
    brush.fillStyle = getComputedStyle(this.#canvas).color;
    brush.globalAlpha = 0.35;
    for (let i = 0; i < bars; i++) this.#bar(brush, i, REST_PX);
    brush.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} brush
   * @param {number} index
   * @param {number} size
   */
  #bar(brush, index, size) {
    const top = (this.#height - size) / 2;
    brush.beginPath();
    brush.roundRect(index * PITCH_PX, top, BAR_PX, size, BAR_PX / 2);
    brush.fill();
  }
}

/** The waveform of a stream, drawn as it arrives, where it is in sight or printed. */
export class CanvasPicture {
  rest = element("canvas", { class: "jtts-wave-rest" });
  played = element("canvas", { class: "jtts-wave-played" });
  #waves;
  /** What there is to draw, and what is drawn. */
  #wanted = { frames: 0, extent: 1 };
  #drawn = "";
  #inSight = false;
  #sight = new IntersectionObserver((changes) => {
    this.#inSight = Boolean(changes.at(-1)?.isIntersecting);
    if (this.#inSight) this.#draw();
  });

  /** @param {Peaks} peaks */
  constructor(peaks) {
    this.#waves = [this.rest, this.played].map((canvas) => new Waveform(canvas, peaks));
    this.#sight.observe(this.rest);
    addEventListener("beforeprint", this.#draw);
  }

  /**
   * @param {number} frames  Received.
   * @param {number} extent  Frames across the whole width.
   */
  draw(frames, extent) {
    this.#wanted = { frames, extent };
    if (this.#inSight) this.#draw();
  }

  recolour() {
    this.#drawn = "";
    for (const wave of this.#waves) wave.invalidate();
  }

  close() {
    this.#sight.disconnect();
    removeEventListener("beforeprint", this.#draw);
  }

  #draw = () => {
    const { frames, extent } = this.#wanted;
    const wanted = [frames, extent, devicePixelRatio].join();
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    for (const wave of this.#waves) wave.draw(frames, extent);
  };
}
