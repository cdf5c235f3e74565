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
  let before = "";
  const numbered = cues.map((cue, i) => {
    const [times, ...lines] = cue.split("\n");
    const text = lines.join("\n");
    const speaker = /^<v (.*?)>/.exec(text)?.[1] ?? "";
    const named = speaker === before ? text : `${speaker}: ${text}`;
    before = speaker;
    return `${i + 1}\n${times.replaceAll(".", ",")}\n${plain(named)}`;
  });
  return numbered.join("\n\n");
}

/** @param {string} text */
function plain(text) {
  const untagged = text.replaceAll(/<.*?>/g, "");
  return untagged.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
