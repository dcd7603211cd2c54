import type { EmulatorReply } from '../../../src/emulator.js';
import { answeredEvents, text, type Expectations } from './expectation.js';

/** A model that calls a function, and then answers. */
function calls(name: string, args: object = {}): EmulatorReply {
  const call = {
    candidates: [{ content: { role: 'model', parts: [{ functionCall: { name, args } }] }, finishReason: 'STOP' }],
  };
  return ({ index }) => (index === 0 ? { chunks: [call] } : ['It is done.']);
}

/** The number of contents that a request has, and its last text. */
const echo: EmulatorReply = ({ body, prompt }) => `${String((body['contents'] as unknown[]).length)} ${prompt}`;

/** The results of the examples in `docs/conversations.md`. */
export const conversations: Expectations = {
  'docs/conversations: A chat in the browser': [
    { prints: /\[\]\n[^]*'model: Hello, '[^]*\[ 'user: Hello', 'model: Hello, world\.' \]$/ },
    {
      prints: answeredEvents,
      use: async ({ POST }) => {
        const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
        const request = new Request('http://localhost/', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        });
        console.log(await (await (POST as (request: Request) => Promise<Response>)(request)).text());
      },
    },
  ],
  'docs/conversations: A chat whose history the server keeps': [
    {
      answer: ({ prompt, interaction }) => `${prompt} ${String(interaction?.input.length)}`,
      prints: 'What is my name? 1',
    },
  ],
  'docs/conversations: Ask before a tool runs': [
    {
      answer: calls('deleteFile'),
      prints: /^May it\? deleteFile\n[^]*'denied',\n +response: \{ error: 'The user denied this call\.' \}/,
    },
  ],
  'docs/conversations: Cancel': [{ prints: 'the user pressed Stop complete cancelled Hello, ' }],
  'docs/conversations: Conversations and tools': [
    {
      answer: echo,
      prints: /'model: 1 Why is the sky blue\?'[^]*'user: And at dusk\?',\n {2}'model: 3 And at dusk\?'\n\]$/,
    },
  ],
  'docs/conversations: Limit the history that is sent': [{ answer: echo, prints: '3 Three 6' }],
  'docs/conversations: Messages that were not sent': [{ prints: 'Second failed rate_limit' }],
  'docs/conversations: Regenerate, edit, branches': [{ prints: "2 false\n[ 'Name a colour.', 'Name an animal.' ]" }],
  'docs/conversations: Return a picture from a tool': [
    { answer: calls('screenshot'), prints: "[ { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } } ]" },
  ],
  'docs/conversations: Save and restore': [{ prints: `message-1 user: Hello\nmessage-2 model: ${text}` }],
  'docs/conversations: Send a message': [{ prints: text }],
  'docs/conversations: Show the state': [
    {
      prints: `message: no message
chat: idle
message: waiting
chat: waiting
message: waiting
chat: streaming
message: streaming
message: complete
chat: idle`,
    },
    { prints: '0.0000156 complete\n8' },
  ],
  'docs/conversations: Tools': [
    {
      answer: calls('weather', { city: 'Oslo' }),
      prints: `weather Oslo false
It is done.
user []
model []
tool [ { status: 'complete', response: { sky: 'grey', celsius: 7 } } ]
model []`,
    },
  ],
};
