// What a program asks of ElevenLabs' own JavaScript SDK; called by the tests with the options of
// its client. Errors that the SDK raises end the process, but for those that are asked for.

import { ElevenLabsClient, ElevenLabsError } from "@elevenlabs/elevenlabs-js";

/**
 * @typedef {ConstructorParameters<typeof ElevenLabsClient>[0]} Options
 * @typedef {import("@elevenlabs/elevenlabs-js").ElevenLabs.StreamTextToSpeechRequest} Request
 * @typedef {object} Timed
 * @property {string} audio in base64
 * @property {number} parts in how many parts it came
 * @property {string[]} characters of which times were told
 * @property {number[]} starts seconds
 * @property {number[]} ends seconds
 */

/**
 * Speak by convert() or stream(); the sound comes back in base64.
 *
 * @param {Options} options
 * @param {"convert" | "stream"} method
 * @param {string} voice
 * @param {Request} request
 */
export async function spoken(options, method, voice, request) {
  const parts = [];
  const sound = await new ElevenLabsClient(options).textToSpeech[method](voice, request);
  for await (const part of sound) parts.push(part);
  return Buffer.concat(parts).toString("base64");
}

/**
 * Speak by convertWithTimestamps() or streamWithTimestamps().
 *
 * @param {Options} options
 * @param {"convertWithTimestamps" | "streamWithTimestamps"} method
 * @param {string} voice
 * @param {Request} request
 * @returns {Promise<Timed>}
 */
export async function timed(options, method, voice, request) {
  const answer = await new ElevenLabsClient(options).textToSpeech[method](voice, request);
  /** @type {Timed} */
  const all = { audio: "", parts: 0, characters: [], starts: [], ends: [] };
  const audio = [];
  for await (const part of Symbol.asyncIterator in answer ? answer : [answer]) {
    audio.push(Buffer.from(part.audioBase64, "base64"));
    all.characters.push(...(part.alignment?.characters ?? []));
    all.starts.push(...(part.alignment?.characterStartTimesSeconds ?? []));
    all.ends.push(...(part.alignment?.characterEndTimesSeconds ?? []));
  }
  return { ...all, audio: Buffer.concat(audio).toString("base64"), parts: audio.length };
}

/**
 * Speak a dialogue by convert() or stream(); the sound comes back in base64.
 *
 * @param {Options} options
 * @param {"convert" | "stream"} method
 * @param {import("@elevenlabs/elevenlabs-js").ElevenLabs.BodyTextToDialogueMultiVoiceV1TextToDialoguePost} request
 */
export async function dialogue(options, method, request) {
  const parts = [];
  const sound = await new ElevenLabsClient(options).textToDialogue[method](request);
  for await (const part of sound) parts.push(part);
  return Buffer.concat(parts).toString("base64");
}

/**
 * Speak a dialogue by convertWithTimestamps() or streamWithTimestamps().
 *
 * @param {Options} options
 * @param {"convertWithTimestamps" | "streamWithTimestamps"} method
 * @param {import("@elevenlabs/elevenlabs-js").ElevenLabs.BodyTextToDialogueFullWithTimestamps} request
 */
export async function timedDialogue(options, method, request) {
  const answer = await new ElevenLabsClient(options).textToDialogue[method](request);
  const audio = [];
  let text = "";
  const lines = new Set();
  for await (const part of Symbol.asyncIterator in answer ? answer : [answer]) {
    audio.push(Buffer.from(part.audioBase64, "base64"));
    text += part.alignment?.characters.join("") ?? "";
    for (const segment of part.voiceSegments) {
      lines.add(`${segment.dialogueInputIndex} ${segment.voiceId}`);
    }
  }
  return { audio: Buffer.concat(audio).toString("base64"), text, lines: [...lines] };
}

/**
 * Look at the voices, the models and the account.
 *
 * @param {Options} options
 * @param {string} voice
 * @param {string} search
 */
export async function looked(options, voice, search) {
  const sdk = new ElevenLabsClient(options);
  const page = await sdk.voices.search({ pageSize: 100 });
  const next = await sdk.voices.search({ pageSize: 100, nextPageToken: page.nextPageToken });
  const { characterCount, characterLimit } = await sdk.user.subscription.get();
  return {
    all: (await sdk.voices.getAll()).voices.map((each) => each.voiceId),
    pages: [page, next].map(({ voices }) => voices.map((each) => each.voiceId)),
    found: (await sdk.voices.search({ search })).voices.map((each) => each.voiceId),
    name: (await sdk.voices.get(voice)).name,
    models: (await sdk.models.list()).map((each) => each.modelId),
    account: [characterCount, characterLimit],
  };
}

/**
 * Leave a stream half-way: with an AbortSignal, or by leaving the loop that reads it.
 *
 * @param {Options} options
 * @param {"signal" | "loop"} way
 * @param {string} voice
 * @param {Request} request
 * @returns {Promise<{during: number, error: string | null}>}
 *   How many requests the server was working on beside one, and what the reader got.
 */
export async function interrupted(options, way, voice, request) {
  const leaving = new AbortController();
  const sdk = new ElevenLabsClient(options);
  const sound = await sdk.textToSpeech.stream(voice, request, { abortSignal: leaving.signal });
  let during = 0;
  try {
    for await (const _ of sound) {
      during = await others(options, voice);
      if (way === "loop") break;
      leaving.abort();
    }
  } catch (error) {
    return { during, error: error instanceof Error ? error.name : String(error) };
  }
  return { during, error: null };
}

/**
 * How many other requests the server is working on, as its answer's headers say.
 *
 * @param {Options} options
 * @param {string} voice
 */
export async function others(options, voice) {
  const asked = new ElevenLabsClient(options).textToSpeech.convert(voice, { text: "x" });
  const { data, rawResponse } = await asked.withRawResponse();
  for await (const _ of data);
  return Number(rawResponse.headers.get("current-concurrent-requests")) - 1;
}

/**
 * What is raised, at the first attempt, where something must be.
 *
 * @param {Options} options
 * @param {"convert" | "stream" | "convertWithTimestamps" | "streamWithTimestamps"} method
 * @param {string} voice
 * @param {Request} request
 */
export async function refusal(options, method, voice, request) {
  try {
    await new ElevenLabsClient(options).textToSpeech[method](voice, request, { maxRetries: 0 });
  } catch (error) {
    if (!(error instanceof ElevenLabsError)) throw error;
    const { statusCode, body, message } = error;
    return { type: error.constructor.name, status: statusCode, body, message };
  }
  throw new Error("nothing was raised");
}
