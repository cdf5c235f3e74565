import { endpointOf, leftOut, sentValues, wirePart } from "./request.js";

/** @typedef {import("./request.js").Declaration} Declaration */
/** @typedef {import("./request.js").Parameter} Parameter */
/** @typedef {import("./request.js").Part} Part */
/** @typedef {import("./request.js").Value} Value */
/** @typedef {import("./request.js").Values} Values */

/** Objects of the first message, by the place of their parameters. */
const NESTED = ["voice_settings", "generation_config"];

/**
 * The first message, or over HTTP the body, as JSON in pieces; those that are sent, joined, are the
 * text that Python writes. The key travels in a header, not here.
 * @param {Declaration} declaration
 * @param {Values} values
 * @param {{ defaults?: boolean }} [options]  Also show the defaults of what is left out.
 * @returns {Part[]}
 */
export function messageParts(declaration, values, { defaults = false } = {}) {
  const sent = sentValues(declaration, values);
  const { http, first, settings, voice_in_path: voiceInPath } = endpointOf(declaration, values);
  const members = Object.entries(first).map(([key, value]) => [
    wirePart("plain", `${json(key)}: ${json(value)}`),
  ]);
  const voice = String(sent.voice);
  if (!voiceInPath && http) {
    members.push(inputParts(declaration.text, voice));
  } else if (!voiceInPath) {
    const voices = [wirePart("key", `${json("voices")}: `, "voice")];
    members.push([...voices, wirePart("figure", json([voice]), "voice")]);
  }
  const inBody = (/** @type {Parameter} */ { place, http_body: moved }) =>
    http && moved && place === "query";
  for (const parameter of declaration.parameters) {
    if (!inBody(parameter) || !(parameter.name in sent)) continue;
    members.push(memberParts(parameter, sent[parameter.name], true));
  }
  for (const parameter of defaults ? leftOut(declaration, "query", values).filter(inBody) : []) {
    members.push(memberParts(parameter, parameter.default, false));
  }
  for (const place of NESTED) {
    const inner = declaration.parameters
      .filter((parameter) => parameter.place === place && parameter.name in sent)
      .map((parameter) => memberParts(parameter, sent[parameter.name], true));
    for (const parameter of defaults ? leftOut(declaration, place, values) : []) {
      inner.push(memberParts(parameter, /** @type {Value} */ (parameter.default), false));
    }
    const key = place === "voice_settings" ? settings : place;
    if (inner.length > 0) members.push(objectParts(inner, `${json(key)}: `));
  }
  for (const parameter of declaration.parameters) {
    if (parameter.place !== "message" || !(parameter.name in sent)) continue;
    members.push(memberParts(parameter, locators(declaration, sent[parameter.name]), true));
  }
  return objectParts(members);
}

/**
 * The inputs of a dialogue.
 * @param {string} text
 * @param {string} voice
 */
function inputParts(text, voice) {
  return [
    wirePart("plain", `"inputs": [{"text": ${json(text)}, `),
    wirePart("key", `"voice_id": `, "voice"),
    wirePart("figure", json(voice), "voice"),
    wirePart("plain", "}]"),
  ];
}

/**
 * An object of members, all in pieces. A comma belongs to the member it announces.
 * @param {Part[][]} members
 * @param {string} [key]
 * @returns {Part[]}
 */
function objectParts(members, key = "") {
  const sent = members.some((parts) => parts[0].sent);
  return [
    wirePart("plain", `${key}{`, null, sent),
    ...members.flatMap((parts, number) =>
      number === 0 ? parts : [wirePart("plain", ", ", null, parts[0].sent), ...parts],
    ),
    wirePart("plain", "}", null, sent),
  ];
}

/**
 * @param {Parameter} declared
 * @param {unknown} value
 * @param {boolean} sent
 */
function memberParts({ name, wire, kind }, value, sent) {
  const text = kind === "number" ? decimal(Number(value)) : json(value);
  return [wirePart("key", `${json(wire)}: `, name, sent), wirePart("figure", text, name, sent)];
}

/**
 * @param {Declaration} declaration
 * @param {Value} value  Each as ID:VERSION.
 */
function locators({ locator }, value) {
  const [first, second] = locator;
  return /** @type {string[]} */ (value).map((text) => {
    const colon = text.indexOf(":");
    return { [first]: text.slice(0, colon), [second]: text.slice(colon + 1) };
  });
}

/**
 * JSON with a space after commas and colons, as Python writes it.
 * @param {unknown} value
 * @returns {string}
 */
function json(value) {
  if (Array.isArray(value)) return `[${value.map(json).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${json(key)}: ${json(inner)}`);
  return `{${members.join(", ")}}`;
}

/**
 * A float as Python writes it: 1.0, 1e-05.
 * @param {number} value
 */
function decimal(value) {
  if (value !== 0 && Math.abs(value) < 1e-4) {
    return value.toExponential().replace(/-(\d)$/, "-0$1");
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
