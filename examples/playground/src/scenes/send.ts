import { answerLines, client, lines, model, noKey, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const send: Scene = {
  id: 'send',
  group: 'Send',
  title: 'From your server to the page',
  about:
    'toSseResponse is the answer of a route, fromSse reads it in the browser. The page needs neither the key nor the SDK.',
  settings: [{ type: 'switch', id: 'buffer', label: 'bufferChunks' }],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('buffer')
      ? 'The server sends one event for all that arrives within 300 ms; the page gets every character.'
      : 'Each chunk of the model is one event to the page.',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks: answer, pace: 100 }) });',
      client,
      model,
      ' ',
      '// The route of your server.',
      'const POST = async (request) => {',
      '  const { contents } = await request.json();',
      `  const reply$ = fromGemini(ai, { model, contents }).pipe(classifyErrors()${when(values.isOn('buffer'), ', bufferChunks({ maxWait: 300 })')});`,
      '  return toSseResponse(reply$, { request });',
      '};',
      '// The page: leave out the third argument, and it is a request over the network.',
      "const json = { contents: 'Why is the sky blue?' };",
      "export const view$ = fromSse('https://example.com/api/chat', { json }, {",
      '  fetch: (url, init) => POST(new Request(url, init)),',
      '}).pipe(classifyErrors());',
    ),
};
