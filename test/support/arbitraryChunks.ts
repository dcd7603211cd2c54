import fc, { type Arbitrary } from 'fast-check';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiResponse } from '../../src/chunk/response.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { deepFreeze } from './deepFreeze.js';

/** Answer text and its corner cases: nothing, blanks, halves of a character, boundaries that buffers look for. */
const arbitraryText: Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', ' ', 'Hello, ', 'world. ', 'One.\nTwo', 'a\n\nb', '\ud83d', '\ude00', '👩‍🚀', 'e\u0301'),
);

const flag = fc.boolean();
const count = fc.nat({ max: 1_000 });
const json = fc.jsonValue({ maxDepth: 2 });

/** Any of the fields, each of which may be missing. */
function some<T>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as Arbitrary<Partial<T>>;
}

/** Mostly nothing; else fields that no version of the API has yet, with names that a careless merge trips over. */
const unknownFields: Arbitrary<object> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom('novelty', '__proto__', 'constructor', 'toString'), json), { maxLength: 2 })
      .map((entries) => Object.fromEntries(entries)),
  },
);

/** Mostly nothing; else a known field that the wire sent as `null`. */
function nulls(...fields: string[]): Arbitrary<object> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom(...fields).map((field) => ({ [field]: null })) },
  );
}

/** Metadata, or the placeholders of some models. */
function orPlaceholder(metadata: Arbitrary<object>): Arbitrary<object> {
  return fc.oneof({ weight: 3, arbitrary: metadata }, { weight: 1, arbitrary: fc.constant({}) });
}

function merged(...pieces: Arbitrary<object>[]): Arbitrary<object> {
  // Not `Object.assign`, which calls the setter of `__proto__`.
  return fc.tuple(...pieces).map((objects) => objects.reduce((all, object) => ({ ...all, ...object }), {}));
}

const jsonPath = fc.constantFrom(
  '$.city',
  '$.days[0]',
  '$.days[1]',
  '$.days[2].high',
  "$['the name']",
  '$.__proto__.polluted',
  '$.days.length',
  '$.city.district',
  '$',
  '',
  'city',
  '$.days[999999999]',
);

const partialArg = merged(
  fc.record({ jsonPath }),
  fc.oneof(
    some({ stringValue: arbitraryText, willContinue: flag }),
    fc.record({ numberValue: count }),
    fc.record({ boolValue: flag }),
    fc.record({ nullValue: fc.constant('NULL_VALUE') }),
  ),
  nulls('stringValue', 'willContinue'),
);

const wholeCall = merged(
  fc.record({ name: fc.constantFrom('weather', 'search') }),
  some({
    id: fc.constantFrom('call-1', 'call-2'),
    args: fc.dictionary(fc.constantFrom('city', 'days', '__proto__'), json),
    willContinue: fc.constant(false),
  }),
  unknownFields,
);

const callPiece = merged(
  // Named: the first piece. Unnamed: one that follows. Neither continuing: the closing one.
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ name: fc.constantFrom('weather', 'search') }) },
    { weight: 3, arbitrary: fc.constant({}) },
  ),
  some({ id: fc.constantFrom('call-1', ''), partialArgs: fc.array(partialArg, { maxLength: 3 }) }),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ willContinue: true }) },
    { weight: 1, arbitrary: some({ willContinue: fc.constant(false) }) },
  ),
  nulls('name', 'args', 'id'),
);

const signature = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ thoughtSignature: fc.base64String({ maxLength: 8 }) }) },
);

const textPart = merged(
  fc.record({ text: arbitraryText }),
  fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ thought: flag }) }),
  signature,
  nulls('thought', 'inlineData', 'functionCall'),
);

const dataPart = fc.oneof(
  fc.record({ inlineData: some({ data: fc.base64String({ maxLength: 8 }), mimeType: fc.constant('image/png') }) }),
  fc.record({ fileData: some({ fileUri: fc.webUrl(), mimeType: fc.constant('text/plain') }) }),
  fc.record({ executableCode: some({ code: arbitraryText, language: fc.constant('PYTHON') }) }),
  fc.record({
    toolCall: some({ id: fc.constant('1'), toolType: fc.constant('GOOGLE_MAPS'), args: fc.constant({ a: 1 }) }),
  }),
  fc.record({ toolResponse: some({ id: fc.constant('1'), response: fc.constant({ b: 2 }) }) }),
  fc.record({ codeExecutionResult: some({ outcome: fc.constant('OUTCOME_OK'), output: arbitraryText }) }),
  fc.record({
    functionResponse: some({
      id: fc.constant('call-1'),
      name: fc.constant('weather'),
      response: fc.dictionary(fc.constant('sky'), json),
    }),
  }),
  fc.constant({}),
);

/** Any part, as the wire may have it. */
export const arbitraryPart: Arbitrary<object> = fc.oneof(
  { weight: 6, arbitrary: textPart },
  {
    weight: 3,
    arbitrary: merged(
      callPiece.map((functionCall) => ({ functionCall })),
      signature,
    ),
  },
  {
    weight: 1,
    arbitrary: merged(
      wholeCall.map((functionCall) => ({ functionCall })),
      signature,
    ),
  },
  { weight: 1, arbitrary: merged(dataPart, signature, unknownFields) },
);

const content = merged(
  some({ role: fc.constantFrom('model', 'user'), parts: fc.array(arbitraryPart, { maxLength: 4 }) }),
  nulls('role', 'parts'),
  unknownFields,
);

const citation = merged(
  some({
    startIndex: fc.nat(3),
    endIndex: fc.nat(3),
    uri: fc.constantFrom('https://a.example', 'https://b.example'),
    publicationDate: some({ year: fc.nat(2) }),
  }),
  unknownFields,
);
const citations = fc.array(citation, { maxLength: 3 });

const logprobsResult = merged(
  some({
    topCandidates: fc.array(json, { maxLength: 2 }),
    chosenCandidates: fc.array(fc.record({ token: arbitraryText }), { maxLength: 2 }),
    logProbabilitySum: count,
  }),
  unknownFields,
);

const finishReason = fc.constantFrom('STOP', 'MAX_TOKENS', 'SAFETY', 'FINISH_REASON_UNSPECIFIED', 'SOMETHING_NEW');

const candidate = merged(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ index: fc.constantFrom(0, 1, 2, 7) }) },
  ),
  fc.oneof(
    { weight: 5, arbitrary: content.map((value) => ({ content: value })) },
    { weight: 1, arbitrary: fc.constant({}) },
  ),
  fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ finishReason }) }),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: some({
        finishMessage: arbitraryText,
        citationMetadata: fc.oneof(some({ citations }), some({ citationSources: citations }), unknownFields),
        groundingMetadata: orPlaceholder(
          some({
            webSearchQueries: fc.array(arbitraryText, { maxLength: 2 }),
            groundingSupports: fc.array(json, { maxLength: 2 }),
          }),
        ),
        urlContextMetadata: orPlaceholder(some({ urlMetadata: fc.array(json, { maxLength: 2 }) })),
        safetyRatings: fc.array(
          fc.record({ category: fc.constant('HARM'), probability: fc.constantFrom('LOW', 'HIGH') }),
          { maxLength: 2 },
        ),
        avgLogprobs: fc.constantFrom(-0.5, -0.25),
        logprobsResult,
        tokenCount: count,
      }),
    },
  ),
  nulls('index', 'content', 'finishReason', 'citationMetadata', 'logprobsResult', 'safetyRatings'),
  unknownFields,
);

const usageMetadata = merged(
  some({
    promptTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    totalTokenCount: count,
    promptTokensDetails: fc.array(json, { maxLength: 1 }),
  }),
  nulls('cachedContentTokenCount'),
);

const responseFields = merged(
  fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: some({ usageMetadata }) }),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: some({
        modelVersion: fc.constantFrom('gemini-a', 'gemini-b'),
        responseId: fc.constantFrom('r1', 'r2'),
        createTime: fc.constant('2026-11-21T00:00:00Z'),
        promptFeedback: orPlaceholder(
          some({
            blockReason: fc.constantFrom('SAFETY', 'BLOCKED_REASON_UNSPECIFIED', 'BLOCK_REASON_UNSPECIFIED'),
            safetyRatings: fc.array(json, { maxLength: 1 }),
          }),
        ),
        sdkHttpResponse: fc.constant({ headers: { date: 'now' } }),
      }),
    },
  ),
  nulls('candidates', 'usageMetadata', 'promptFeedback', 'modelVersion'),
  unknownFields,
);

/** Any response as it comes off the wire, frozen: any result of `JSON.parse`, also a senseless one. */
export const arbitraryResponse: Arbitrary<GeminiResponse> = merged(
  fc.oneof(
    { weight: 6, arbitrary: fc.array(candidate, { minLength: 1, maxLength: 1 }).map((candidates) => ({ candidates })) },
    { weight: 1, arbitrary: fc.array(candidate, { maxLength: 3 }).map((candidates) => ({ candidates })) },
    { weight: 1, arbitrary: fc.constant({}) },
  ),
  responseFields,
).map(fromWire);

/** Any chunk in normal form, frozen. */
export const arbitraryChunk: Arbitrary<GeminiChunk> = fc.oneof(
  { weight: 9, arbitrary: arbitraryResponse.map((response) => deepFreeze(toChunk(response))) },
  { weight: 1, arbitrary: fc.constant(deepFreeze({ text: '' })) },
);

/** Plain data without `undefined`, `-0` and null prototypes. */
function fromWire(value: object): GeminiResponse {
  return deepFreeze(JSON.parse(JSON.stringify(value)) as GeminiResponse);
}
