/**
 * What travels, the URL and what a change costs, made from the declaration that the kernel hands
 * over. Pure functions; they agree with `SpeechRequest`, byte for byte.
 */

/** @typedef {string | number | boolean | (string | number)[]} Value */
/** @typedef {Record<string, Value | null | undefined>} Values  By keyword; null is not set. */

/**
 * @typedef {object} Parameter
 * @property {string} name  Keyword.
 * @property {string} wire
 * @property {string} place
 * @property {"text" | "integer" | "number" | "switch" | "integers" | "texts" | "pairs"} kind
 * @property {string} label
 * @property {string} help
 * @property {string} note
 * @property {string} accepted  In words.
 * @property {number | null} low
 * @property {number | null} high
 * @property {number | null} step
 * @property {string[]} choices
 * @property {string} pattern
 * @property {number | null} most
 * @property {Value | null} default  What the server does without it.
 * @property {Value | null} preset  What is sent where nothing is set.
 * @property {boolean} in_url
 * @property {string[]} endpoints  Those that take it.
 * @property {boolean} http_body  Over HTTP it is in the body and not in the query.
 */

/**
 * @typedef {object} Level
 * @property {number} value
 * @property {string} title
 * @property {string} official
 * @property {string} meaning  In a few words.
 * @property {Record<string, Value>} levers
 */

/**
 * What follows from the endpoint.
 * @typedef {object} Endpoint
 * @property {string} label
 * @property {boolean} http  Whether it is one request, with a body for a first message.
 * @property {string[]} path  In two parts where the voice stands between them.
 * @property {Record<string, unknown>} first
 * @property {boolean} voice_in_path  Else it is in the first message.
 * @property {string} settings  What it calls the voice settings.
 * @property {string[]} levers  Those that act.
 * @property {string} level_note
 * @property {string[]} untried  Models that are not sent the level.
 * @property {number | null} flushing_level  From which on each sentence is flushed.
 * @property {Record<string, Value>} presets  What is sent there alone where nothing is set.
 */

/**
 * @typedef {object} Declaration
 * @property {Parameter[]} parameters
 * @property {Level[]} levels
 * @property {Record<string, string[]>} suppressed  Switch to the levers it takes away.
 * @property {Record<string, string>} hosts
 * @property {{ name: string, url: string }} local
 * @property {Record<string, string>} schemes
 * @property {Record<string, string>} http_schemes
 * @property {Record<string, string>} default_voices
 * @property {Record<string, Endpoint>} endpoints  By name.
 * @property {string} untried_level_note
 * @property {string[]} dialogue_prefixes  How the models begin that text-to-dialogue serves.
 * @property {string[]} http_speech_models  Those of them that text-to-speech serves over HTTP.
 * @property {string} text  What stands for the text in a body.
 * @property {{ method: string, header: string, note: string }} http  What the card shows of it.
 * @property {string[]} locator
 * @property {string} ipa  What a pair of `pronounce` matches whose pronunciation is IPA.
 * @property {string[]} phoneme_models  Models that are sent it in elements of SSML.
 * @property {Parameter[]} conditions  What can be simulated.
 * @property {{ socket: string, message: string, request: string }} costs
 */

/**
 * A piece of the URL or of the first message. `parameter` is the keyword it belongs to; what is not
 * `sent` is only shown: the default of a parameter that is left out.
 * @typedef {{ kind: string, text: string, parameter: string | null, sent: boolean }} Part
 */

/** @typedef {{ parameter: string, before: Value | null, after: Value | null, cost: string }} Change */

const LOOPBACK = /^wss?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d*)?(\/|$)/i;

/**
 * @param {Declaration} declaration
 * @param {Values} values
 * @param {string} name
 */
function setting(declaration, values, name) {
  const declared = declaration.parameters.find((parameter) => parameter.name === name);
  return values[name] ?? declared?.preset ?? null;
}

/**
 * The latency level in force.
 * @param {Declaration} declaration
 * @param {Values} values
 */
export function levelOf(declaration, values) {
  const value = setting(declaration, values, "latency");
  const level = declaration.levels.find((candidate) => candidate.value === value);
  if (!level) throw new RangeError(`There is no latency level ${value}.`);
  return level;
}

/**
 * The name of the endpoint in force: the model chooses it.
 * @param {Declaration} declaration
 * @param {Values} values
 */
export function endpointName(declaration, values) {
  const model = String(setting(declaration, values, "model") ?? "");
  const isDialogue = declaration.dialogue_prefixes.some((prefix) => model.startsWith(prefix));
  if (setting(declaration, values, "transport") === "http") {
    const isSpeech = !isDialogue || declaration.http_speech_models.includes(model);
    return isSpeech ? "http_speech" : "http_dialogue";
  }
  const several = setting(declaration, values, "multi") ? "multi_" : "";
  return several + (isDialogue ? "dialogue" : "stream_input");
}

/**
 * What follows from the endpoint in force.
 * @param {Declaration} declaration
 * @param {Values} values
 * @returns {Endpoint}
 */
export function endpointOf(declaration, values) {
  return declaration.endpoints[endpointName(declaration, values)];
}

/**
 * Whether the model in force is not sent the level, since nobody has tried that.
 * @param {Declaration} declaration
 * @param {Values} values
 */
function isUntried(declaration, values) {
  const model = String(setting(declaration, values, "model") ?? "");
  return endpointOf(declaration, values).untried.includes(model);
}

/**
 * What the server does with the level.
 * @param {Declaration} declaration
 * @param {Values} values
 */
export function levelNote(declaration, values) {
  const { level_note: note } = endpointOf(declaration, values);
  return isUntried(declaration, values) ? declaration.untried_level_note : note;
}

/**
 * Whether each sentence is flushed: the one lever that a level has where nothing of it travels.
 * @param {Declaration} declaration
 * @param {Values} values
 */
export function flushesSentences(declaration, values) {
  const { flushing_level: lowest } = endpointOf(declaration, values);
  const levers = setting(declaration, values, "levers") === true;
  return levers && lowest !== null && levelOf(declaration, values).value >= lowest;
}

/**
 * The levers in force: those of the level that the user has not set otherwise.
 * @param {Declaration} declaration
 * @param {Values} values
 * @returns {Record<string, Value>}
 */
export function activeLevers(declaration, values) {
  if (!setting(declaration, values, "levers")) return {};
  const { levers: acting } = endpointOf(declaration, values);
  const suppressed = Object.entries(declaration.suppressed)
    .filter(([name]) => values[name])
    .flatMap(([, levers]) => levers);
  const { levers } = levelOf(declaration, values);
  return Object.fromEntries(
    Object.entries(levers).filter(
      ([name]) =>
        acting.includes(name) && (values[name] ?? null) === null && !suppressed.includes(name),
    ),
  );
}

/**
 * The parameters that the endpoint takes.
 * @param {Declaration} declaration
 * @param {Values} values
 */
function taken(declaration, values) {
  const endpoint = endpointName(declaration, values);
  return declaration.parameters.filter(({ endpoints }) => endpoints.includes(endpoint));
}

/**
 * Whether words may be sent in elements of SSML, which the server then has to read.
 * @param {Declaration} declaration
 * @param {Values} values
 */
function writesElements(declaration, values) {
  const pairs = /** @type {string[]} */ (values.pronounce ?? []);
  if (!pairs.some((pair) => new RegExp(`^(?:${declaration.ipa})$`, "su").test(pair))) return false;
  const model = String(setting(declaration, values, "model") ?? "");
  if (declaration.phoneme_models.includes(model)) return true;
  if (declaration.dialogue_prefixes.some((prefix) => model.startsWith(prefix))) return false;
  const server = String(setting(declaration, values, "server"));
  return LOOPBACK.test(socketBase(declaration, server));
}

/**
 * What travels, by keyword: what was set, and the levers of the level.
 * @param {Declaration} declaration
 * @param {Values} values
 * @returns {Record<string, Value>}
 */
export function sentValues(declaration, values) {
  const levers = activeLevers(declaration, values);
  const { presets: usual } = endpointOf(declaration, values);
  const presets = writesElements(declaration, values) ? { ...usual, ssml: true } : usual;
  /** @type {Record<string, Value>} */
  const sent = {};
  for (const { name, preset } of taken(declaration, values)) {
    const value = levers[name] ?? values[name] ?? presets[name] ?? preset;
    if (value !== null) sent[name] = value;
  }
  if (isUntried(declaration, values)) delete sent.latency;
  const voices = declaration.default_voices;
  const server = String(sent.server);
  sent.voice ??= Object.hasOwn(voices, server) ? voices[server] : voices["*"];
  return sent;
}

/**
 * The `ws://` or `wss://` base of a server, its path prefix kept.
 * @param {Declaration} declaration
 * @param {string} server
 */
function socketBase({ local, hosts, schemes }, server) {
  if (server === local.name) return local.url;
  if (Object.hasOwn(hosts, server)) return hosts[server];
  // Read as Python's urlsplit does, which keeps the host as it was written.
  const url = server.replace(/^[\x00-\x20]+/, "").replace(/[\t\r\n]/g, "");
  const [, scheme, rest] = /^([^:]*):\/\/([^?#]*)/.exec(url) ?? [];
  if (rest === undefined) throw new TypeError(`${server} is not a URL.`);
  const slash = (rest + "/").indexOf("/");
  const prefix = rest.slice(slash).replace(/\/+$/, "");
  return `${schemes[scheme.toLowerCase()]}://${rest.slice(0, slash)}${prefix}`;
}

/**
 * The `http://` or `https://` base of a server.
 * @param {Declaration} declaration
 * @param {string} base  Of its sockets.
 */
function httpBase({ http_schemes: schemes }, base) {
  const colon = base.indexOf(":");
  return schemes[base.slice(0, colon)] + base.slice(colon);
}

/**
 * Percent-encoded but for letters, digits and `_.-~`.
 * @param {string} text
 */
function quoted(text) {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {string | null} [parameter]
 * @param {boolean} [sent]
 * @returns {Part}
 */
export function wirePart(kind, text, parameter = null, sent = true) {
  return { kind, text, parameter, sent };
}

/**
 * The URL in pieces, in order; joined they are the URL.
 * @param {Declaration} declaration
 * @param {Values} values
 * @param {string} [address]  Where the embedded voice runs, or "" while that is not known.
 * @returns {Part[]}
 */
export function urlParts(declaration, values, address = "") {
  const sent = sentValues(declaration, values);
  const embedded = sent.server === declaration.local.name && address;
  const { http, path, voice_in_path: hasVoice } = endpointOf(declaration, values);
  const socket = socketBase(declaration, embedded ? address : String(sent.server));
  const base = http ? httpBase(declaration, socket) : socket;
  const start = base.indexOf("://") + 3;
  const slash = (base + "/").indexOf("/", start);
  const query = declaration.parameters.filter(
    (parameter) => isInQuery(parameter, http) && parameter.name in sent,
  );
  return [
    wirePart("scheme", base.slice(0, start), "server"),
    wirePart("host", base.slice(start, slash), "server"),
    wirePart("path", base.slice(slash) + path[0], "model"),
    ...(hasVoice ? [wirePart("voice", quoted(String(sent.voice)), "voice")] : []),
    ...path.slice(1).map((text) => wirePart("path", text, http ? "transport" : "multi")),
    ...query.flatMap((declared, number) =>
      queryParts(number === 0 ? "?" : "&", declared, sent[declared.name], true),
    ),
  ];
}

/**
 * What the URL would say of the parameters left out, were they sent: their defaults.
 * @param {Declaration} declaration
 * @param {Values} values
 * @returns {Part[]}
 */
export function unsentUrlParts(declaration, values) {
  const { http } = endpointOf(declaration, values);
  return leftOut(declaration, "query", values)
    .filter((declared) => isInQuery(declared, http))
    .flatMap((declared) =>
      queryParts("&", declared, /** @type {Value} */ (declared.default), false),
    );
}

/**
 * Whether a parameter travels in the query.
 * @param {Parameter} declared
 * @param {boolean} http
 */
function isInQuery({ place, http_body: inBody }, http) {
  return place === "query" && !(http && inBody);
}

/**
 * @param {string} mark
 * @param {Parameter} declared
 * @param {Value} value
 * @param {boolean} sent
 */
function queryParts(mark, { name, wire }, value, sent) {
  return [
    wirePart("mark", mark, name, sent),
    wirePart("param", `${wire}=`, name, sent),
    wirePart("value", quoted(String(value)), name, sent),
  ];
}

/**
 * The parameters of a place that the endpoint takes, that are not sent and have a default.
 * @param {Declaration} declaration
 * @param {string} place
 * @param {Values} values
 */
export function leftOut(declaration, place, values) {
  const sent = sentValues(declaration, values);
  return taken(declaration, values).filter(
    (parameter) =>
      parameter.place === place && !(parameter.name in sent) && parameter.default !== null,
  );
}

/**
 * @param {Declaration} declaration
 * @param {Values} values
 * @returns {string}
 */
export function urlText(declaration, values, address = "") {
  return urlParts(declaration, values, address)
    .map(({ text }) => text)
    .join("");
}

/**
 * What differs on the wire between two settings, levers included, and what that costs.
 * @param {Declaration} declaration
 * @param {Values} before
 * @param {Values} after
 * @returns {Change[]}
 */
export function changes(declaration, before, after) {
  const [old, now] = [sentValues(declaration, before), sentValues(declaration, after)];
  const { socket, message, request } = declaration.costs;
  const { http } = endpointOf(declaration, after);
  const voiceInUrl = [before, after].some(
    (values) => endpointOf(declaration, values).voice_in_path,
  );
  return declaration.parameters
    .filter(({ place, name }) => place !== "local" && !sameValue(old[name], now[name]))
    .map(({ name, place, in_url }) => ({
      parameter: name,
      before: old[name] ?? null,
      after: now[name] ?? null,
      cost: http ? request : (place === "path" ? voiceInUrl : in_url) ? socket : message,
    }));
}

/**
 * @param {Value | null | undefined} one
 * @param {Value | null | undefined} other
 */
export function sameValue(one, other) {
  if (!Array.isArray(one) || !Array.isArray(other)) return (one ?? null) === (other ?? null);
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
