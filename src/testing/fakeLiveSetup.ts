import type { LiveSetup } from '../live/liveSetup.js';
import type { FakeLiveParams } from './fakeLive.js';

/** The options of a config that the SDK sends in `generationConfig`. */
const generationFields = new Set([
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

/** The setup that the SDK sends for the parameters of a session. */
export function fakeLiveSetup({ model, config = {} }: FakeLiveParams): LiveSetup {
  const { abortSignal, httpOptions, generationConfig, systemInstruction, ...rest } = config as Record<string, unknown>;
  void abortSignal;
  void httpOptions;
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  const generation = Object.fromEntries(entries.filter(([name]) => generationFields.has(name)));
  const others = Object.fromEntries(entries.filter(([name]) => !generationFields.has(name)));
  const merged = { ...(generationConfig as object | undefined), ...generation };
  return {
    model: model.includes('/') ? model : `models/${model}`,
    ...(Object.keys(merged).length > 0 && { generationConfig: merged }),
    ...(systemInstruction !== undefined && {
      systemInstruction:
        typeof systemInstruction === 'string'
          ? { role: 'user', parts: [{ text: systemInstruction }] }
          : systemInstruction,
    }),
    ...others,
  };
}
