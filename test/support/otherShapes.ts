const reply = { candidates: [{ content: { parts: [{ text: 'Hi' }] } }] };

/** JSON that comes in the place of a response of Gemini, and its name in a sentence. */
export const otherShapes: [name: string, json: unknown, shape: string][] = [
  ['an envelope', { response: reply, traceId: 't' }, "an object with the fields 'response', 'traceId'"],
  ['an envelope with an id', { responseId: 'r', data: reply }, "an object with the fields 'responseId', 'data'"],
  [
    'OpenAI',
    { id: 'x', object: 'chat.completion.chunk', choices: [] },
    "an object with the fields 'id', 'object', 'choices'",
  ],
  [
    "OpenAI's responses",
    { type: 'response.output_text.delta', delta: 'Hi' },
    "an object with the fields 'type', 'delta'",
  ],
  ['Anthropic', { type: 'message_start', message: {} }, "an object with the fields 'type', 'message'"],
  ['Ollama', { model: 'm', response: 'Hi', done: false }, "an object with the fields 'model', 'response', 'done'"],
  ['an interaction', { event_type: 'step.delta', index: 0 }, "an object with the fields 'event_type', 'index'"],
  ['one field', { answer: 'secret' }, "an object with the field 'answer'"],
  ['candidates that are none', { candidates: [1, 'a'] }, "an object with the field 'candidates'"],
  ['candidates of another type', { candidates: 'secret' }, "an object with the field 'candidates'"],
  ['counts of another type', { usageMetadata: 'secret' }, "an object with the field 'usageMetadata'"],
  ['a number', 7, 'a number'],
  ['a text', 'secret', 'a string'],
  ['a truth value', true, 'a boolean'],
  ['null', null, 'null'],
  ['an empty list', [], 'an empty array'],
  ['a list of responses', [reply], 'an array of 1 item'],
  ['a list of odd things', [1, 'secret', null], 'an array of 3 items'],
];
