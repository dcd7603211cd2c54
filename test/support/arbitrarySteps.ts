import fc, { type Arbitrary } from 'fast-check';
import type { InteractionContent, InteractionStep } from '../../src/interaction/interactionStep.js';

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'Hello, world.', '👩‍🚀 in space', '{"a":1}'),
);
const word = fc.constantFrom('search', 'getWeather', 'draw');
const signature = fc.constantFrom('c2ln', 'b3RoZXI=');
const json = fc.jsonValue({ maxDepth: 2 });
const args = fc.dictionary(fc.string({ maxLength: 6 }), json, { maxKeys: 3 });

/** Any of the fields, each of which may be missing. */
function optional<T>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as Arbitrary<Partial<T>>;
}

const annotation = fc.record({
  type: fc.constantFrom('url_citation', 'word_info'),
  url: fc.constantFrom('https://a', 'https://b'),
  start_index: fc.nat({ max: 9 }),
  end_index: fc.nat({ max: 9 }),
});
const textContent: Arbitrary<InteractionContent> = fc.record(
  { type: fc.constant('text'), text, annotations: fc.array(annotation, { maxLength: 2 }) },
  { requiredKeys: ['type', 'text'] },
);
const image: Arbitrary<InteractionContent> = fc.record({
  type: fc.constant('image'),
  mime_type: fc.constantFrom('image/png', 'image/jpeg'),
  data: fc.constantFrom('aGk=', 'aG8='),
});
const audio: Arbitrary<InteractionContent> = fc.record({
  type: fc.constant('audio'),
  mime_type: fc.constant('audio/l16'),
  sample_rate: fc.constantFrom(16_000, 24_000),
  data: fc.constant('aGk='),
});
const document: Arbitrary<InteractionContent> = fc.record({
  type: fc.constant('document'),
  mime_type: fc.constant('application/pdf'),
  uri: fc.constant('gs://doc'),
});
const file = fc.oneof(image, audio, document);
const plainText = fc.record({ type: fc.constant('text'), text: fc.string({ minLength: 1, maxLength: 10 }) });

/** A result of a function: a text, a list of contents (files last, as the mapping keeps them), or an object. */
const functionResult = fc.oneof(
  text,
  args.filter((object) => !('isError' in object)),
  fc.array(plainText, { maxLength: 2 }),
  fc
    .tuple(fc.array(plainText, { maxLength: 2 }), fc.array(file, { minLength: 1, maxLength: 2 }))
    .map((list) => list.flat()),
);
const isError = optional({ is_error: fc.constant(true) });

function toolCall(type: string, fields: Arbitrary<object>): Arbitrary<object> {
  return merged({ type, id: `of ${type}` }, fields, optional({ signature }));
}

function toolResult(type: string, fields: Arbitrary<object>): Arbitrary<object> {
  return merged({ type: `${type}_result`, call_id: `of ${type}_call` }, fields, optional({ signature }), isError);
}

function merged(first: object, ...others: Arbitrary<object>[]): Arbitrary<object> {
  return fc.tuple(...others).map((objects) => objects.reduce((all, object) => ({ ...all, ...object }), first));
}

const queries = fc.record({ arguments: fc.record({ queries: fc.array(text, { maxLength: 2 }) }) });
const noFields = fc.constant({});
const mcp = { name: word, server_name: fc.constant('server') };

/** A step of a reply, with any of its fields. */
const arbitraryStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('model_output'),
      content: fc.array(fc.oneof(textContent, file), { maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: merged(
      { type: 'thought' },
      optional({ summary: fc.array(fc.oneof(textContent, image), { maxLength: 2 }), signature }),
    ),
  },
  merged({ type: 'function_call' }, fc.record({ id: word, name: word, arguments: args }), optional({ signature })),
  merged(
    { type: 'function_result' },
    fc.record({ call_id: word, result: functionResult }),
    optional({ name: word }),
    isError,
  ),
  toolCall('code_execution_call', fc.record({ arguments: fc.record({ code: text, language: fc.constant('python') }) })),
  toolResult('code_execution', fc.record({ result: text })),
  ...['google_search', 'google_maps', 'retrieval'].map((name) => toolCall(`${name}_call`, queries)),
  toolCall('url_context_call', fc.record({ arguments: fc.record({ urls: fc.array(text, { maxLength: 2 }) }) })),
  ...['google_search', 'google_maps', 'url_context'].map((name) =>
    toolResult(name, fc.record({ result: fc.array(fc.dictionary(word, json, { maxKeys: 2 }), { maxLength: 2 }) })),
  ),
  ...['file_search', 'processing'].map((name) => toolCall(`${name}_call`, noFields)),
  ...['file_search', 'processing', 'retrieval'].map((name) => toolResult(name, noFields)),
  toolCall('mcp_server_tool_call', fc.record({ ...mcp, arguments: args })),
  toolResult('mcp_server_tool', merged({}, fc.record({ result: functionResult }), optional(mcp))),
) as Arbitrary<InteractionStep>;

/** The steps of a reply, as JSON has them. */
export const arbitrarySteps: Arbitrary<InteractionStep[]> = fc
  .array(arbitraryStep, { maxLength: 6 })
  .map((steps) => JSON.parse(JSON.stringify(steps)) as InteractionStep[]);
