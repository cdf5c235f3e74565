import { PlaybackReports } from "./playback_reports.js";
import { PlayoutDelay } from "./playout/playout_delay.js";
import { KernelLink } from "./kernel_link.js";
import { Presence } from "./presence.js";
import { PlaybackQueue } from "./playout/playback_queue.js";
import { arrivalMemory, pageAudio } from "./playout/page_audio.js";
import { Recording } from "./recording.js";
import { Transport } from "./transport.js";
import { Peaks } from "./waveform.js";

/** @typedef {import("./kernel_link.js").Model} Model */
/** @typedef {import("./kernel_link.js").ChunkInfo} ChunkInfo */
/** @typedef {import("./kernel_link.js").Word} Word */
/** @typedef {import("./playout/playback_queue.js").QueuedPlayer} QueuedPlayer */

/**
 * waiting: another player on the page sounds. blocked: the browser wants a click before it lets the
 * page sound. elsewhere: another browser tab plays it.
 * @typedef {"connecting" | "buffering" | "waiting" | "playing" | "paused" | "finished" | "stopped"
 *   | "blocked" | "failed" | "elsewhere"} State
 */

const SILENT =
  "The browser does not start sound: is there an audio device? The speech begins by itself as soon " +
  "as the browser lets it; meanwhile it can be downloaded.";

/** How long a view waits for the first sound of a server on this machine, which comes soon. */
const SOUND_FIRST_MS = 100;

/** How long after a failure the kernel may still send what had been received before it. */
const FAILED_MS = 2000;

/**
 * The playback of one stream: one on a page for every widget model, with any number of views.
 * @implements {QueuedPlayer}
 */
export class PlayerModel {
  /** Frames received, without what a stop cut off. */
  frames = 0;
  /** The words by number, as far as they are known. @type {Word[]} */
  words = [];
  /** No more frames will come. */
  complete = false;

  #model;
  #queue;
  #link;
  #reports;
  #transport;
  #presence;
  #delay;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * Playing is wanted: by autoplay first, then by the user. `#hasTurn` and what the browser allows
   * are kept apart from it, so that the sound begins by itself once they let it.
   */
  #wants;
  /** The playback queue lets it sound; it keeps the turn while paused. */
  #hasTurn = false;
  /** By a user or the kernel. */
  #stopped = false;
  /** Nothing is left to be heard; a seek takes it back. */
  #ended = false;
  /** It ended or was stopped once, so what is heard now is a repeat. Unlike `#ended`, it stays. */
  #endedBefore = false;
  /** The user has acted on it here. */
  #userActed = false;
  /** Where another page was: frame to go on from once it arrives. @type {number | null} */
  #resumeFrame = null;
  /** @type {Set<object>} Parts of views in use: a slider being moved, an open menu. */
  #previews = new Set();
  /** The browser cannot play. */
  #broken = false;
  /** @type {string | null} */
  #failure = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #failedTimer;
  #onSound = () => {};

  /** Resolves once the page has time to draw: the first sound is not held up by that. */
  drawable = Promise.resolve();

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    // A player that may overlap others gets a queue to itself.
    this.#queue = model.get("overlap") ? new PlaybackQueue() : pageAudio().floor;
    /** Frames per second. @type {number} */
    this.rate = model.get("sample_rate");
    this.peaks = new Peaks(this.rate);
    /** Everything received, even what a stop cut off. */
    this.recording = new Recording(this.rate);
    this.#wants = Boolean(model.get("autoplay"));
    this.#presence = new Presence(
      model,
      () => this.#onGone(),
      () => this.#link.sayHello(),
    );
    this.#delay = new PlayoutDelay(arrivalMemory(model.get("server")));
    this.#link = new KernelLink(model, {
      audio: (samples, info) => this.#onAudio(samples, info),
      total: () => this.#changed(),
      complete: () => this.#onComplete(),
      stop: () => this.#halt(false),
      leader: () => this.#onLeader(),
      resume: (frame, paused) => this.#onResume(frame, paused),
      words: ({ first, list }) => this.#onWords(first, list),
      lost: (message) => this.#onLost(message),
      place: (content) => void this.#presence.replace(content),
      show: (content) => void this.#presence.show(content),
    });
    this.#reports = new PlaybackReports(this.#link);
    this.#transport = new Transport(this.rate, {
      changed: () => this.#changed(),
      moved: () => this.#report(),
      started: (delay, latency, waited) =>
        this.#reports.started(delay, latency, waited, this.#transport.underruns),
      ended: () => this.#finish(),
      cut: (frame) => this.#onCut(frame),
      broken: (message) => this.#onBroken(message),
    });
    model.on("change:status", this.#onStatus);
    if (model.get("status") === "connecting" && model.get("server") === "") {
      this.drawable = new Promise((resolve) => {
        this.#onSound = () => void setTimeout(resolve);
        setTimeout(resolve, SOUND_FIRST_MS);
      });
    }
    // One whose speech has been received waits, on a page that was loaded again, for its user.
    const begins = ["connecting", "streaming"].includes(model.get("status"));
    if (begins && this.#link.leader) this.#transport.open();
    this.#onStatus();
  }

  /** @returns {State} */
  get state() {
    // The order matters: a replay after a stop, or what came before a failure, counts as playback.
    if (!this.#link.leader) return "elsewhere";
    if (this.#wants && this.frames > 0) return this.#progressState;
    if (this.#stopped) return "stopped";
    if (this.error && (this.#ended || this.frames === 0)) return "failed";
    if (this.#ended) return "finished";
    if (this.frames > 0) return "paused";
    return this.#waitingState;
  }

  /** Why no sound flows: a socket is being opened (perhaps again), or frames are still to come. */
  get #waitingState() {
    return this.#model.get("status") === "connecting" ? "connecting" : "buffering";
  }

  get #progressState() {
    if (!this.#hasTurn) return "waiting";
    if (this.#transport.blocked) return "blocked";
    return this.#transport.flowing ? "playing" : this.#waitingState;
  }

  /** It sounds, or will by itself. */
  get wants() {
    return this.#wants;
  }

  /** Play means something: there is sound, or there may yet be. */
  get playable() {
    return !this.#broken && (this.frames > 0 || !(this.#ended || this.#stopped || this.error));
  }

  /** For the playback queue: a paused player does not hold up one that begins by itself. */
  get paused() {
    return !this.#wants;
  }

  /** Frame being heard now. */
  get position() {
    return Math.min(this.#transport.position, this.frames);
  }

  /** Frame that reaches the ear now: what is being rendered has yet to go through the device. */
  get sounding() {
    return Math.min(this.#transport.sounding, this.frames);
  }

  /** Frames received that have not been heard. */
  get buffered() {
    return Math.max(0, this.frames - this.position);
  }

  /** Seconds that the sound waited for its playout buffer, null until it began. */
  get playoutDelay() {
    return this.#transport.delay;
  }

  /** How often the sound ran dry, and the frames inserted there. */
  get gaps() {
    const { underruns, gap } = this.#transport;
    return { underruns, gap };
  }

  /** Frames of the whole stream, as far as is known; `known` says whether it is final. */
  get total() {
    return this.complete ? this.frames : (this.#link.total ?? this.frames);
  }

  get known() {
    return this.complete || this.#link.total !== null;
  }

  /** What went wrong, for the user, or "". @returns {string} */
  get error() {
    if (this.#failure !== null) return this.#failure;
    if (this.#model.get("status") !== "failed") return "";
    return this.#model.get("error") || "The stream failed.";
  }

  /** Why nothing is heard although the user has clicked, for the user, or "". */
  get silence() {
    return this.state === "blocked" && this.#transport.silent ? SILENT : "";
  }

  /**
   * @param {() => void} listener  Called after every change.
   * @returns {() => void} Ends the subscription.
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A user's Play takes the turn at once, and makes this tab the one that sounds. */
  play() {
    if (this.#broken) return;
    this.#userActed = true;
    if (this.complete && this.#transport.played >= this.frames) this.seek(0);
    this.#wants = true;
    this.#queue.take(this);
    this.#link.lead();
  }

  pause() {
    this.#userActed = true;
    this.#rest();
    // Paused before its turn came: it would otherwise start when the others are done.
    if (!this.#hasTurn) this.#queue.leave(this);
    this.#changed();
  }

  replay() {
    this.seek(0);
    this.play();
  }

  /** @param {number} frame */
  seek(frame) {
    if (this.#broken) return;
    this.#userActed = true;
    this.#ended = false;
    this.#transport.seek(Math.max(0, Math.min(Math.round(frame), this.frames)));
    // The sound may just have reached its end, where the transport halts by itself.
    if (this.#wants && this.#hasTurn) this.#transport.play();
    this.#changed();
  }

  /**
   * A user's Stop: silence now, and no more of this stream. A speech that is complete is back at its
   * start.
   */
  stop() {
    const already = this.#stopped || this.#ended;
    const whole = this.complete;
    this.#halt(whole);
    if (whole) this.#transport.seek(0);
    if (!already) this.#link.send({ kind: "stop" });
  }

  /**
   * A view's slider is being moved, or its menu is open, or no longer.
   * @param {object} view
   * @param {boolean} active
   */
  preview(view, active) {
    if (active) this.#previews.add(view);
    else this.#previews.delete(view);
    this.#changed();
  }

  /** A view of it was made. @param {object} view */
  viewOpened(view) {
    this.#presence.open(view);
  }

  /** A view was taken away, with its output or to be drawn again. @param {object} view */
  viewShut(view) {
    this.#presence.shut(view);
  }

  /** A user gesture in the player: the browser may now allow what it blocked. */
  wake() {
    this.#transport.wake();
  }

  close() {
    this.#presence.close();
    this.#link.close();
    this.#model.off("change:status", this.#onStatus);
    clearTimeout(this.#failedTimer);
    this.#leaveQueue();
    this.#transport.close();
    this.#listeners.clear();
  }

  /** The playback queue gives it the turn. */
  granted() {
    this.#hasTurn = true;
    if (this.#resumeFrame === null) this.#transport.play();
    this.#changed();
  }

  /** The playback queue takes the turn away: the user started another. */
  interrupted() {
    this.#hasTurn = false;
    this.#userActed = true;
    this.#rest();
    this.#changed();
  }

  /** Autoplay: take a turn as soon as there is something to hear. */
  #requestTurn() {
    // Not before the frame to resume from is here, or the start would be heard twice.
    const ready = this.#wants && this.frames > 0 && this.#link.leader && this.#resumeFrame === null;
    if (ready && !this.#hasTurn) this.#queue.begin(this);
  }

  #rest() {
    this.#wants = false;
    this.#transport.pause();
  }

  #leaveQueue() {
    this.#wants = this.#hasTurn = false;
    this.#queue.leave(this);
  }

  /** Its output was cleared, or its cell deleted: the sound ends with it. */
  #onGone() {
    this.#halt(this.complete);
    this.#rest();
    this.#leaveQueue();
    this.#link.send({ kind: "gone" });
  }

  /** @param {boolean} keep  Whether what was not heard yet can still be replayed. */
  #halt(keep) {
    if (this.#ended) return; // a late stop from the kernel must not cut what can be replayed
    this.#link.stopReceiving();
    this.#stopped = this.#endedBefore = this.complete = true;
    if (!keep && this.#link.leader) this.#transport.open(); // it knows how much was heard
    this.#transport.stop(keep);
    this.#leaveQueue();
    this.#changed();
  }

  /**
   * @param {Int16Array} samples
   * @param {ChunkInfo} info
   */
  #onAudio(samples, { left, held }) {
    const first = this.frames === 0;
    this.frames += samples.length;
    this.peaks.append(samples);
    this.recording.append(samples);
    this.#delay.arrive(performance.now() / 1000, samples.length / this.rate, held);
    this.#transport.write(samples, this.#delay.target(left), this.#delay.patience);
    if (this.#resumeIfReached() || first) this.#requestTurn();
    if (first) this.#onSound();
    this.#changed();
  }

  /**
   * @param {number} frame
   * @param {boolean} paused
   */
  #onResume(frame, paused) {
    if (frame === 0 && this.#userActed) return; // nothing of it is to be left out
    this.#resumeFrame = frame;
    // What the user did here since is newer than what the other page reported.
    if (paused && !this.#userActed) {
      this.#wants = false;
      this.#reports.pausedBefore();
    }
    this.#transport.pause();
    if (this.#resumeIfReached()) this.#requestTurn();
    this.#changed();
  }

  /** Go on from where another page was, once that much has arrived. Returns whether it has now. */
  #resumeIfReached() {
    if (this.#resumeFrame === null || (this.frames < this.#resumeFrame && !this.complete))
      return false;
    this.#transport.seek(Math.min(this.#resumeFrame, this.frames));
    this.#resumeFrame = null;
    if (this.#wants && this.#hasTurn) this.#transport.play();
    return true;
  }

  /**
   * @param {number} first
   * @param {Word[]} list
   */
  #onWords(first, list) {
    list.forEach((word, i) => (this.words[first + i] = word));
    this.#changed();
  }

  #onComplete() {
    this.complete = true;
    this.#delay.finish();
    this.#transport.finish();
    if (this.#resumeIfReached()) this.#requestTurn();
    if (this.frames > 0) this.#changed();
    else if (this.error) this.#end();
    else this.#finish();
  }

  /** @param {string} message */
  #onLost(message) {
    this.#failure = message;
    this.#reports.error(message);
    this.#onComplete();
  }

  /** @param {string} message */
  #onBroken(message) {
    this.#broken = true;
    this.#failure = message;
    this.#reports.error(message);
    this.#end();
  }

  #onLeader() {
    if (this.#link.leader) {
      this.#requestTurn();
    } else {
      this.#rest();
      this.#leaveQueue();
    }
    this.#changed();
  }

  #onStatus = () => {
    const status = this.#model.get("status");
    if (status === "stopped" && !this.#stopped) this.#halt(false);
    // What came before the failure is still played; the kernel may or may not send an end.
    if (status === "failed" && !this.complete) {
      this.#failedTimer = setTimeout(() => this.complete || this.#onComplete(), FAILED_MS);
    }
    this.#changed();
  };

  /** @param {number} frame */
  #onCut(frame) {
    this.frames = frame;
    this.peaks.truncate(frame);
    this.#changed();
  }

  #finish() {
    this.#end();
    if (!this.#stopped) this.#reports.ended(this.#transport.heard, this.gaps);
  }

  /** Nothing is left to be heard. */
  #end() {
    this.#ended = this.#endedBefore = true;
    this.#transport.rest();
    this.#leaveQueue();
    this.#changed();
  }

  /** Report the new state to the kernel and the views. */
  #changed() {
    this.#report();
    for (const listener of this.#listeners) listener();
  }

  #report() {
    const { state } = this;
    const { played, heard } = this.#transport;
    // Not while what was heard on another page has yet to come: the kernel knows how far that was.
    if (this.#resumeFrame === null) this.#reports.progress(state, played, heard, this.gaps);
    // While a user is at it, or hears it again, the kernel must not replace the view.
    const holding = this.#userActed && state === "paused";
    this.#reports.interaction(
      this.#previews.size > 0 || holding || (this.#endedBefore && this.#wants),
    );
  }
}
