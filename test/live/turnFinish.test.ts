import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { finishKinds } from '../../src/errors/finishKinds.js';
import { turnFinish } from '../../src/live/turnFinish.js';

const declared = readFileSync(new URL('../../node_modules/@google/genai/dist/genai.d.ts', import.meta.url), 'utf8');
const enumOf = /enum TurnCompleteReason \{[^}]*\}/.exec(declared)?.[0] ?? '';
/** The reasons that the installed SDK knows; SDK 1.x has few of them. */
const reasons = [...enumOf.matchAll(/= "(\w+)"/g)].map(([, reason = '']) => reason);

describe('turnFinish', () => {
  it.each([undefined, null, '', 'TURN_COMPLETE_REASON_UNSPECIFIED', 7])(
    'finishes with STOP without a reason: %s',
    (reason) => {
      expect(turnFinish(reason)).toEqual({ finishReason: 'STOP' });
    },
  );

  it('does not take a question of the model for a failure', () => {
    expect(turnFinish('NEED_MORE_INPUT')).toEqual({ finishReason: 'STOP' });
  });

  it('keeps the reasons that a reply has as well, and those that nobody knows', () => {
    for (const reason of ['MALFORMED_FUNCTION_CALL', 'BLOCKLIST', 'SAFETY', 'RESPONSE_REJECTED', 'SOMETHING_NEW']) {
      expect(turnFinish(reason)).toEqual({ finishReason: reason });
    }
  });

  it.each([
    ['GENERATED_AUDIO_SAFETY', 'SAFETY'],
    ['INPUT_IP_PROHIBITED', 'SAFETY'],
    ['INPUT_IMAGE_CELEBRITY', 'SAFETY'],
    ['INPUT_TEXT_NCII_PROHIBITED', 'SAFETY'],
    ['GENERATED_IMAGE_MINORS', 'SAFETY'],
    ['GENERATED_IMAGE_IDENTIFIABLE_PEOPLE', 'SAFETY'],
    ['UNSAFE_PROMPT_FOR_IMAGE_GENERATION', 'SAFETY'],
    ['INPUT_OTHER', 'SAFETY'],
    ['GENERATED_CONTENT_BLOCKLIST', 'BLOCKLIST'],
    ['GENERATED_OTHER', 'OTHER'],
  ])('converts %s to %s, and keeps the reason in words', (reason, finishReason) => {
    expect(turnFinish(reason)).toEqual({ finishReason, finishMessage: reason });
  });

  it('knows each reason of the SDK but two, which may mean anything', () => {
    const unknown = reasons.filter((reason) => {
      const { finishReason = '' } = turnFinish(reason);
      return finishReason !== 'STOP' && !finishKinds.has(finishReason);
    });
    expect(unknown.filter((reason) => !['RESPONSE_REJECTED', 'MAX_REGENERATION_REACHED'].includes(reason))).toEqual([]);
  });
});
