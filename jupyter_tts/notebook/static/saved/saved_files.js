import { MADE } from "../shared/download.js";

/** @typedef {import("../shared/download.js").Offer} Offer */

/**
 * The files that a saved view holds: its sound, and its words with their times if it has any.
 * @param {HTMLElement} root
 * @param {HTMLAudioElement} audio
 * @returns {Offer[]}
 */
export function savedFiles(root, audio) {
  const vtt = root.querySelector("script[type='text/vtt']")?.textContent;
  const files = /** @type {[kind: string, content: () => BlobPart][]} */ ([
    ["MP3", () => decoded(audio.src)],
  ]);
  if (vtt) files.push(["VTT", () => vtt], ["SRT", () => srt(vtt)]);
  return files.map(([kind, content]) => {
    const { type, what } = MADE[kind];
    return { kind, detail: what, ready: true, take: () => new Blob([content()], { type }) };
  });
}

/**
 * What a data: URL holds. The page's policy may not let it be fetched.
 * @param {string} url
 */
function decoded(url) {
  return Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (char) => char.charCodeAt(0));
}

/**
 * WebVTT as the kernel writes it, as SubRip: its cues are numbered, their times have a comma, and
 * their text has neither tags nor escapes. A speaker is named where another spoke before.
 * @param {string} vtt
 */
export function srt(vtt) {
  const [, ...cues] = vtt.split("\n\n");
  const speakers = cues.map((cue) => /\n<v ([^>]*)>/.exec(cue)?.[1] ?? "");
  const named = speakers.map((name, i) => (name === (speakers[i - 1] ?? "") ? "" : `${name}: `));
  return cues.map((cue, i) => `${i + 1}\n${plain(cue, named[i])}`).join("\n\n");
}

/**
 * @param {string} cue
 * @param {string} name  Of its speaker, where another spoke before.
 */
function plain(cue, name) {
  const [times, ...lines] = cue.split("\n");
  const text = name + lines.join("\n").replace(/<[^>]*>/g, "");
  const marks = /** @type {Record<string, string>} */ ({ lt: "<", gt: ">", amp: "&" });
  const read = text.replace(/&(lt|gt|amp);/g, (_, name) => marks[name]);
  return `${times.replaceAll(".", ",")}\n${read}`;
}
