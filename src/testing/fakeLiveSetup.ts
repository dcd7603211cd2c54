import type { LiveSetup } from '../live/script/liveSetup.js';
import type { FakeLiveParams } from './fakeLiveApi.js';

/** The options of a config that the SDK sends in `generationConfig`. */
const generationFields = /* @__PURE__ */ new Set([
  'responseModalities',
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'mediaResolution',
  'seed',
  'speechConfig',
  'thinkingConfig',
  'enableAffectiveDialog',
]);

/** The options of a config that the SDK does not send. */
const ownFields = /* @__PURE__ */ new Set(['abortSignal', 'httpOptions', 'generationConfig', 'systemInstruction']);

/** The setup that the SDK sends for the parameters of a session. */
export function fakeLiveSetup({ model, config = {} }: FakeLiveParams): LiveSetup {
  const { generationConfig, systemInstruction } = config as Record<string, unknown>;
  const entries = Object.entries(config).filter(([name, value]) => value !== undefined && !ownFields.has(name));
  const generation = {
    ...(generationConfig as object | undefined),
    ...Object.fromEntries(entries.filter(([name]) => generationFields.has(name))),
  };
  return {
    model: model.includes('/') ? model : `models/${model}`,
    ...(Object.keys(generation).length > 0 && { generationConfig: generation }),
    ...(systemInstruction !== undefined && { systemInstruction: toContent(systemInstruction) }),
    ...Object.fromEntries(entries.filter(([name]) => !generationFields.has(name))),
  };
}

function toContent(instruction: unknown): unknown {
  return typeof instruction === 'string' ? { role: 'user', parts: [{ text: instruction }] } : instruction;
}
