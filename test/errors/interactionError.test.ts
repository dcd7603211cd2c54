import { describe, expect, it } from 'vitest';
import { interactionError, interactionStatusError } from '../../src/errors/interactionError.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';
import { parseServerError } from '../../src/errors/parseServerError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';

/** The codes of the Interactions API, with their HTTP status and their kind before any content. */
const codes: readonly (readonly [code: string, status: number, kind: GeminiErrorKind])[] = [
  ['invalid_request', 400, 'invalid_request'],
  ['failed_precondition', 400, 'invalid_request'],
  ['parameter_unknown', 400, 'invalid_request'],
  ['authentication', 401, 'auth'],
  ['payment_required', 402, 'quota'],
  ['permission_denied', 403, 'permission'],
  ['not_found', 404, 'not_found'],
  ['model_not_found', 404, 'not_found'],
  ['already_exists', 409, 'invalid_request'],
  ['aborted', 409, 'server'],
  ['out_of_range', 416, 'invalid_request'],
  ['rate_limit_exceeded', 429, 'rate_limit'],
  ['too_many_requests', 429, 'rate_limit'],
  ['quota_exceeded', 429, 'quota'],
  ['cancelled', 499, 'cancelled'],
  ['api_error', 500, 'server'],
  ['internal_server_error', 500, 'server'],
  ['unimplemented', 501, 'invalid_request'],
  ['bad_gateway', 502, 'server'],
  ['service_unavailable', 503, 'overloaded'],
  ['deadline_exceeded', 504, 'timeout'],
  ['gateway_timeout', 504, 'timeout'],
  ['budget_exceeded', 429, 'quota'],
  ['safety', 400, 'blocked'],
  ['prohibited_content', 400, 'blocked'],
  ['blocklist', 400, 'blocked'],
  ['content_blocked', 400, 'blocked'],
  ['spii', 400, 'safety'],
  ['image_safety', 400, 'safety'],
  ['image_prohibited_content', 400, 'safety'],
  ['recitation', 400, 'recitation'],
  ['image_recitation', 400, 'recitation'],
  ['language', 400, 'invalid_request'],
  ['missing_thought_signature', 400, 'invalid_request'],
  ['malformed_function_call', 400, 'malformed_call'],
  ['malformed_tool_call', 400, 'malformed_call'],
  ['unexpected_tool_call', 400, 'malformed_call'],
  ['too_many_tool_calls', 400, 'malformed_call'],
  ['no_image', 400, 'unknown'],
  ['image_other', 400, 'unknown'],
];

/** The kinds after content, where they differ. */
const afterContent: ReadonlyMap<string, GeminiErrorKind> = new Map([
  ['safety', 'safety'],
  ['prohibited_content', 'safety'],
  ['blocklist', 'safety'],
  ['content_blocked', 'safety'],
]);

/** The error that the SDK throws for a failed request, with the JSON of the server in a field. */
function sdkError(status: number, body: object): Error {
  return Object.assign(new Error(`${String(status)} said`), { status, error: body });
}

describe.each(codes)('the code %s', (code, status, kind) => {
  const body = { error: { code, message: 'The server said why.' } };

  it('has its kind wherever it comes from', () => {
    const sources = {
      'an error event': interactionError(body.error),
      'an error event of the SDK': parseServerError({ event_type: 'error', ...body }),
      'an HTTP body': parseServerError(body, { status }),
      'bare JSON in the stream': parseServerError([body]),
      'an error of the SDK': toGeminiError(sdkError(status, body)),
      'the text of an error': toGeminiError(new Error(`${String(status)} ${JSON.stringify(body)}`)),
    };
    for (const [source, error] of Object.entries(sources)) expect([source, error?.kind]).toEqual([source, kind]);
  });

  it('is a sentence with the words of the server', () => {
    const { message } = toGeminiError(sdkError(status, body));
    expect(message).toMatch(/^(?:The|There|Too|Gemini) .*: The server said why\.$/);
    expect(message).not.toContain(`${String(status)} said`);
  });

  it('has its kind after content', () => {
    const expected = afterContent.get(code) ?? kind;
    expect(interactionError(body.error, { hasContent: true }).kind).toBe(expected);
    expect(parseServerError([body], { hasContent: true })?.kind).toBe(expected);
  });
});

describe('an error of an interaction', () => {
  it('has the reason of a block as that of the prompt, then as that of the answer', () => {
    expect(interactionError({ code: 'safety' })).toMatchObject({ blockReason: 'SAFETY', retryable: false });
    expect(interactionError({ code: 'safety' }, { hasContent: true })).toMatchObject({ finishReason: 'SAFETY' });
    expect(interactionError({ code: 'spii' })).toMatchObject({ finishReason: 'SPII', retryable: false });
  });

  it('without a code is one of the server; with an unknown code, an unknown one', () => {
    expect(interactionError(undefined)).toMatchObject({
      kind: 'server',
      message: 'The service failed; try again later',
    });
    expect(interactionError({ message: 'Oh.' })).toMatchObject({ kind: 'server' });
    expect(interactionError({ code: 'novelty' })).toMatchObject({ kind: 'unknown', retryable: false });
  });

  it('has the number of a proxy that cuts the stream', () => {
    const bare = [{ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }];
    expect(parseServerError(bare)).toMatchObject({ kind: 'overloaded', status: 503, retryable: true });
  });

  it('keeps its partial reply and its cause', () => {
    const partial = { text: '' };
    const cause = new Error('why');
    expect(interactionError({ code: 'aborted' }, { partial, cause })).toMatchObject({ partial, cause });
  });

  it('is not an error of generateContent, whose names are in upper case', () => {
    const cancelled = { error: { code: 499, status: 'CANCELLED', message: 'The operation was cancelled.' } };
    expect(parseServerError(cancelled)).toMatchObject({ kind: 'server', retryable: true });
    expect(parseServerError({ error: { code: 409, status: 'ABORTED', message: 'm' } })?.kind).toBe('invalid_request');
    expect(parseServerError({ error: { code: 'other', message: 'm' } }, { status: 503 })?.kind).toBe('overloaded');
  });
});

describe('the status of an interaction', () => {
  it.each(['completed', 'requires_action', 'incomplete', 'in_progress', 'queued', 'novelty'])(
    '%s is no failure',
    (status) => {
      expect(interactionStatusError(status, undefined)).toBeUndefined();
    },
  );

  it.each<[string, unknown, GeminiErrorKind]>([
    ['failed', undefined, 'server'],
    ['failed', { code: 'novelty', message: 'm' }, 'server'],
    ['failed', { code: 'rate_limit_exceeded' }, 'rate_limit'],
    ['failed', { code: 8, message: 'm' }, 'rate_limit'],
    ['failed', { code: 14 }, 'overloaded'],
    ['failed', { code: 404 }, 'not_found'],
    ['failed', { code: 1 }, 'server'],
    ['cancelled', undefined, 'cancelled'],
    ['cancelled', { code: 1, message: 'm' }, 'cancelled'],
    ['budget_exceeded', undefined, 'quota'],
  ])('%s with the error %j is of the kind %s', (status, error, kind) => {
    expect(interactionStatusError(status, error)?.kind).toBe(kind);
  });
});
