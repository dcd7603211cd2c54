import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import type { GeminiPart } from '../../../src/chunk/response.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { growth, linear } from '../../support/growth.js';
import { ReplyPieces, type ReplyPiece } from '../../../src/sinks/formats/replyPieces.js';

const chunkOf = (...parts: readonly GeminiPart[]): GeminiChunk =>
  toChunk({ candidates: [{ index: 0, content: { role: 'model', parts } }] });

/** All pieces of a reply. */
function piecesOf(...chunks: readonly GeminiChunk[]): ReplyPiece[] {
  const reader = new ReplyPieces('r');
  return [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.close()];
}

describe('ReplyPieces', () => {
  it('opens and closes the runs of thoughts and texts, and keeps a signature with its run', () => {
    expect(
      piecesOf(
        chunkOf({ text: 'Hm', thought: true }),
        chunkOf({ text: 'Hel' }),
        chunkOf({ text: 'lo' }),
        chunkOf({ text: '', thoughtSignature: 's1' }),
        chunkOf({ text: '', thoughtSignature: 's2' }),
      ),
    ).toEqual([
      { type: 'runStart', kind: 'thought', id: 'r-thought-1' },
      { type: 'runDelta', kind: 'thought', id: 'r-thought-1', delta: 'Hm' },
      { type: 'runEnd', kind: 'thought', id: 'r-thought-1', signature: undefined },
      { type: 'runStart', kind: 'text', id: 'r-text-2' },
      { type: 'runDelta', kind: 'text', id: 'r-text-2', delta: 'Hel' },
      { type: 'runDelta', kind: 'text', id: 'r-text-2', delta: 'lo' },
      { type: 'runEnd', kind: 'text', id: 'r-text-2', signature: 's1' },
      { type: 'signature', kind: 'text', signature: 's2' },
    ]);
  });

  it('gives ids to parallel calls, and matches responses by the ids and in the order of the calls', () => {
    const call = (args: object, id?: string): GeminiPart => ({
      functionCall: { name: 'sky', args: { ...args }, ...(id && { id }) },
    });
    const answer = (output: string, id?: string): GeminiPart => ({
      functionResponse: { name: 'sky', response: { output }, ...(id && { id }) },
    });
    const reader = new ReplyPieces('r');
    expect(reader.read(chunkOf(call({ at: 1 }), call({ at: 2 }), call({ at: 3 }, 'own')))).toMatchObject([
      { type: 'call', id: 'local-call-r-1', args: { at: 1 } },
      { type: 'call', id: 'local-call-r-2', args: { at: 2 } },
      { type: 'call', id: 'own', args: { at: 3 } },
    ]);
    expect(reader.hasOpenCalls).toBe(true);
    // The second ends first; its response, which comes with the others, is not reported twice, nor taken for the first.
    const run = { call: { name: 'sky', args: { at: 2 } }, status: 'complete', response: { output: 'b' } } as const;
    expect(reader.read({ text: '', tool: run })).toMatchObject([{ type: 'result', id: 'local-call-r-2' }]);
    expect(reader.read(chunkOf(answer('a'), answer('b'), answer('c', 'own')))).toMatchObject([
      { type: 'result', id: 'local-call-r-1', response: { output: 'a' }, isFailed: false },
      { type: 'result', id: 'own', response: { output: 'c' } },
    ]);
    expect(reader.hasOpenCalls).toBe(false);
  });

  it('takes no response without an id for one of a call with an id', () => {
    const reader = new ReplyPieces('r');
    reader.read(chunkOf({ functionCall: { name: 'sky', args: {} } }, { functionCall: { name: 'sky', id: 'own' } }));
    // The notice of the first run was merged away.
    const run = { call: { name: 'sky', id: 'own', args: {} }, status: 'complete', response: { at: 2 } } as const;
    expect(reader.read({ text: '', tool: run })).toMatchObject([{ type: 'result', id: 'own' }]);
    const responses = [{ response: { at: 1 } }, { id: 'own', response: { at: 2 } }];
    expect(
      reader.read(chunkOf(...responses.map((each) => ({ functionResponse: { name: 'sky', ...each } })))),
    ).toMatchObject([{ type: 'result', id: 'local-call-r-1', response: { at: 1 } }]);
  });

  it.each<[string, (index: number) => object]>([
    ['with ids, the last first', (index) => ({ id: String(index) })],
    ['without ids', () => ({})],
  ])('takes time linear in parallel calls %s', async (_, idOf) => {
    const growing = await growth(500, (size) => {
      const calls = Array.from({ length: size }, (__, at) => ({ name: 'sky', args: { at }, ...idOf(at) }));
      const chunks = calls.map((functionCall) => ({ functionCall }));
      const runs = calls.toReversed().map((call) => ({ call, status: 'complete', response: { at: 1 } }) as const);
      const responses = runs.toReversed().map(({ call: { args: ___, ...call } }) => ({ functionResponse: call }));
      piecesOf(chunkOf(...chunks), ...runs.map((tool) => ({ text: '', tool })), chunkOf(...responses));
    });
    expect(growing).toBeLessThan(linear);
  });

  it('takes an empty id for none', () => {
    const calls = [
      { name: 'sky', id: '' },
      { name: 'sky', id: '', args: { at: 2 } },
    ].map((functionCall) => ({ functionCall }));
    const answer = (at: number) => ({ functionResponse: { name: 'sky', id: '', response: { at } } });
    const run = { call: { id: '', name: 'sky', args: { at: 2 } }, status: 'complete', response: { at: 2 } } as const;
    expect(piecesOf(chunkOf(...calls), { text: '', tool: run }, chunkOf(answer(1), answer(2)))).toMatchObject([
      { type: 'call', id: 'local-call-r-1' },
      { type: 'call', id: 'local-call-r-2' },
      { type: 'result', id: 'local-call-r-2', response: { at: 2 } },
      { type: 'result', id: 'local-call-r-1', response: { at: 1 } },
    ]);
  });

  it('gives another id to a call whose id the model has used before', () => {
    const call = { functionCall: { name: 'sky', id: '1', args: {} } };
    const answer = (at: number) => ({ functionResponse: { name: 'sky', id: '1', response: { at } } });
    expect(piecesOf(chunkOf(call), chunkOf(answer(1)), chunkOf(call), chunkOf(answer(2)))).toMatchObject([
      { type: 'call', id: '1' },
      { type: 'result', id: '1', response: { at: 1 } },
      { type: 'step' },
      { type: 'call', id: 'local-call-r-1' },
      { type: 'result', id: 'local-call-r-1', response: { at: 2 } },
    ]);
  });

  it('separates the replies of a tool loop', () => {
    const types = piecesOf(
      chunkOf({ functionCall: { name: 'sky' } }),
      chunkOf({ functionResponse: { name: 'sky', response: { error: 'no' } } }),
      chunkOf({ text: 'Sorry' }),
    ).map(({ type }) => type);
    expect(types).toEqual(['call', 'result', 'step', 'runStart', 'runDelta', 'runEnd']);
  });

  it('streams the arguments of a call in pieces, and ends a call that the reply has cut', () => {
    const first: GeminiPart = {
      functionCall: { name: 'sky', partialArgs: [{ jsonPath: '$.at', stringValue: 'Os' }], willContinue: true },
    };
    const more: GeminiPart = {
      functionCall: { partialArgs: [{ jsonPath: '$.at', stringValue: 'lo' }], willContinue: true },
    };
    const id = 'local-call-r-1';
    const started = [
      { type: 'callStart', id, name: 'sky' },
      { type: 'callDelta', id, name: 'sky', json: '{"at":"Os' },
      { type: 'callDelta', id, name: 'sky', json: 'lo' },
    ];
    const ended = { type: 'callEnd', id, args: { at: 'Oslo' }, json: '"}' };
    const whole = piecesOf(chunkOf(first), chunkOf(more), chunkOf({ functionCall: {}, thoughtSignature: 's' }));
    expect(whole).toMatchObject([...started, { ...ended, isCut: false, signature: 's' }]);
    expect(piecesOf(chunkOf(first), chunkOf(more))).toMatchObject([...started, { ...ended, isCut: true }]);
    expect(piecesOf(chunkOf(first), chunkOf(more), chunkOf({ text: '!' }))).toMatchObject([
      ...started,
      { ...ended, isCut: true },
      { type: 'runStart' },
      { type: 'runDelta' },
      { type: 'runEnd' },
    ]);
  });

  it('pairs the parts of tools that the server runs', () => {
    expect(
      piecesOf(
        chunkOf({ toolCall: { id: 't', toolType: 'URL_CONTEXT', args: { url: 'u' } } }),
        chunkOf({ executableCode: { code: '1' } }, { codeExecutionResult: { output: '1' } }),
        chunkOf({ toolResponse: { id: 't', toolType: 'URL_CONTEXT', response: { ok: true } } }),
      ),
    ).toMatchObject([
      { type: 'serverCall', id: 't', name: 'url_context', input: { url: 'u' } },
      { type: 'serverCall', id: 'local-call-r-1', name: 'code_execution', input: { code: '1' } },
      { type: 'serverResult', id: 'local-call-r-1', name: 'code_execution', output: { output: '1' } },
      { type: 'serverResult', id: 't', name: 'url_context', output: { ok: true } },
    ]);
  });

  it('reads sources as the wire has them, without those that have no URI', () => {
    const groundingChunks = [null, {}, { web: null }, { web: { uri: null } }, { web: { uri: 'u', title: null } }];
    const json = (metadata: object) => JSON.parse(JSON.stringify(metadata)) as object;
    expect(
      piecesOf(
        toChunk({ candidates: [{ index: 0, groundingMetadata: json({ groundingChunks }) }] }),
        toChunk({ candidates: [{ index: 0, groundingMetadata: json({ groundingChunks: null }) }] }),
        toChunk({ candidates: [{ index: 0, citationMetadata: json({ citations: [{ uri: null }, { uri: 'v' }] }) }] }),
      ),
    ).toEqual([
      { type: 'source', kind: 'web', uri: 'u', title: undefined },
      { type: 'source', kind: 'citation', uri: 'v', title: undefined },
    ]);
  });

  it('reports each source once', () => {
    const groundingMetadata = { groundingChunks: [{ web: { uri: 'u', title: 'U' } }, { maps: { uri: 'm' } }] };
    const chunk = toChunk({
      candidates: [{ index: 0, groundingMetadata, citationMetadata: { citations: [{ uri: 'u' }] } }],
    });
    expect(piecesOf(chunk, chunk)).toEqual([
      { type: 'source', kind: 'web', uri: 'u', title: 'U' },
      { type: 'source', kind: 'maps', uri: 'm', title: undefined },
    ]);
  });

  it('returns the same content for merged chunks', () => {
    const signature = fc.constantFrom(undefined, 's');
    const text = fc.record({
      text: fc.constantFrom('', 'a', 'b'),
      thought: fc.constantFrom(undefined, true),
      thoughtSignature: signature,
    });
    const partialArgs = fc.constantFrom(undefined, [{ jsonPath: '$.y', stringValue: 'z' }]);
    const willContinue = fc.constantFrom(undefined, true);
    const firstPiece = fc.record({
      name: fc.constantFrom('f', 'g'),
      id: fc.constantFrom(undefined, 'i'),
      args: fc.constantFrom(undefined, { x: 1 }),
      partialArgs,
      willContinue,
    });
    // Only the first piece has a name, an id and whole arguments.
    const piece = fc.oneof(firstPiece, fc.record({ partialArgs, willContinue }));
    const part = fc.oneof(
      text,
      piece.map((functionCall) => ({ functionCall })),
      fc.constantFrom<GeminiPart>(
        { functionResponse: { name: 'f', response: { ok: 1 } } },
        { executableCode: { code: 'c' } },
        { codeExecutionResult: { output: 'o' } },
        { inlineData: { data: 'AA==', mimeType: 'image/png' } },
      ),
    );
    const clean = (held: object) => JSON.parse(JSON.stringify(held)) as GeminiPart;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const chunks = parts.map((held) => chunkOf(clean(held)));
        const merged = chunks.length === 0 ? [] : [chunks.reduce((a, b) => mergeChunks(a, b))];
        expect(contentOf(piecesOf(...merged))).toEqual(contentOf(piecesOf(...chunks)));
      }),
      { numRuns: 2000 },
    );
  });
});

/** The pieces with the deltas joined, and the whole calls in one form. */
function contentOf(pieces: readonly ReplyPiece[]): unknown[] {
  const content: { text?: string; [field: string]: unknown }[] = [];
  let json = '';
  for (const piece of pieces) {
    const last = content.at(-1);
    if (piece.type === 'runDelta' && last) last.text = (last.text ?? '') + piece.delta;
    else if (piece.type === 'callStart') json = '';
    else if (piece.type === 'callDelta') json += piece.json;
    else if (piece.type === 'callEnd') {
      expect(JSON.parse(json + piece.json)).toEqual(piece.args);
      const { id, name, args, signature, isCut } = piece;
      content.push({ type: 'call', id, name, args, signature, ...(isCut && { isCut }) });
    } else content.push({ ...piece });
  }
  return content;
}
