/** @typedef {import("../wire/request.js").Declaration} Declaration */
/** @typedef {import("../wire/request.js").Parameter} Parameter */
/** @typedef {import("../wire/request.js").Value} Value */

/**
 * What a text stands for: a value, nothing (null), or a fault: "must be ...".
 * @typedef {{ value: Value | null } | { fault: string }} Reading
 */

/**
 * Read what a user has typed for a parameter. What is accepted here Python accepts too, as the same
 * value.
 * @param {Declaration} declaration
 * @param {Parameter} declared
 * @param {string} text
 * @returns {Reading}
 */
export function readTyped(declaration, declared, text) {
  if (text.trim() === "") return { value: null };
  const value = typedValue(declared, text);
  const host = declared.place !== "host" || isServer(declaration, text);
  return value === null || !host ? { fault: `must be ${declared.accepted}` } : { value };
}

/**
 * A value as a user would type it, or reads it beside a control.
 * @param {Value | null} value
 */
export function valueText(value) {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === null ? "" : String(value);
}

/**
 * @param {Parameter} declared
 * @param {string} text
 * @returns {Value | null} null where it is refused.
 */
function typedValue(declared, text) {
  if (declared.kind === "pairs") return typedPairs(declared, text);
  if (declared.kind !== "integers" && declared.kind !== "texts") return typedItem(declared, text);
  const items = text.split(",").map((item) => typedItem(declared, item.trim()));
  const fits = items.length <= (declared.most ?? items.length);
  return fits && items.every((item) => item !== null) ? items : null;
}

/**
 * Pairs of a word and its pronunciation, between commas without a backslash.
 * @param {Parameter} declared
 * @param {string} text
 * @returns {string[] | null}
 */
function typedPairs(declared, text) {
  const items = text.match(/(?:\\.|[^\\,]|\\$)+/gsu)?.filter((item) => item.trim() !== "") ?? [];
  const pairs = items.map((item) => {
    const [, word, spoken] = /^((?:\\.|[^\\=])*)=(.*)$/su.exec(item) ?? [];
    const pair = spoken === undefined ? "" : `${word.trim()}=${spoken.trim()}`;
    return { word: word?.trim().normalize("NFC"), pair: typedText(declared, pair) };
  });
  const once = new Set(pairs.map(({ word }) => word)).size === pairs.length;
  if (!once || pairs.length === 0 || pairs.length > (declared.most ?? pairs.length)) return null;
  const typed = pairs.map(({ pair }) => pair);
  return typed.every((pair) => pair !== null) ? typed : null;
}

/**
 * @param {Parameter} declared
 * @param {string} text
 * @returns {string | number | null}
 */
function typedItem(declared, text) {
  switch (declared.kind) {
    case "text":
    case "texts":
      return typedText(declared, text);
    case "number":
      return /^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/.test(text) ? within(declared, Number(text)) : null;
    default:
      return /^\s*[-+]?\d+\s*$/.test(text) ? within(declared, Number(text)) : null;
  }
}

/**
 * @param {Parameter} declared
 * @param {number} value
 */
function within({ low, high }, value) {
  const inside = (low ?? -Infinity) <= value && value <= (high ?? Infinity);
  return inside && (high !== null || Number.isSafeInteger(value)) ? value : null;
}

/**
 * @param {Parameter} declared
 * @param {string} text
 */
function typedText({ choices, pattern }, text) {
  // A lone surrogate cannot travel; a line break ends Python's "." where this one goes on.
  if (text.trim() === "" || /\p{Surrogate}|\n/u.test(text)) return null;
  if (choices.length > 0 && !choices.includes(text)) return null;
  return pattern === "" || new RegExp(`^(?:${pattern})$`, "su").test(text) ? text : null;
}

/**
 * Whether a text names a server, or is the URL of one.
 * @param {Declaration} declaration
 * @param {string} text
 */
function isServer({ local, hosts, schemes }, text) {
  if (text === local.name || Object.hasOwn(hosts, text)) return true;
  const [, scheme, authority] = /^([a-z]+):\/\/([^/?#@\\\s]+)(\/[^?#@\\\s]*)?$/i.exec(text) ?? [];
  if (!scheme || !Object.hasOwn(schemes, scheme.toLowerCase())) return false;
  try {
    return authority.length > 0 && new URL(text).port !== "0";
  } catch {
    return false;
  }
}
