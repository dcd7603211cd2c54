import { toSseResponse } from '../../../src/index.js';
import { blocksIn } from '../pages.js';
import { askOverSocket, shown, usualReply, type Expectations } from './expectation.js';

const bytes = blocksIn('docs/wire.md').filter(({ language }) => language === 'text');

/** The block of bytes that the page shows under a heading. */
function shownUnder(heading: string, number = 1): string {
  const { code } = bytes.filter(({ of }) => of === `docs/wire: ${heading}`)[number - 1] ?? {};
  if (code === undefined) throw new Error(`Expected ${String(number)} blocks of text under "${heading}"`);
  return code;
}

/** The same block, whose positions are new in each run. */
function anyPositions(block: string): RegExp {
  const escaped = block.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/^id: \w+-/gm, 'id: \\w+-')}$`);
}

/** Hands the events of the usual reply to the listeners of an `EventSource`. */
async function playEvents(listen: unknown): Promise<void> {
  const events = Object.assign(new EventTarget(), { close: () => console.log('closed') });
  (listen as (events: EventTarget) => void)(events);
  const text = await toSseResponse(usualReply).text();
  for (const [, type = 'message', data = ''] of text.matchAll(/^(?:event: (\w+)\n)?data: (.*)$/gm)) {
    events.dispatchEvent(new MessageEvent(type, { data }));
  }
  events.dispatchEvent(new Event('error'));
  events.dispatchEvent(new MessageEvent('error', { data: '{"kind":"timeout"}' }));
}

/** The results of the examples in `docs/wire.md`: the bytes that the page shows below them. */
export const wire: Expectations = {
  'docs/wire: Annotations': [{ prints: shownUnder('Annotations') }],
  'docs/wire: CORS headers': [{ prints: shownUnder('CORS headers') }],
  'docs/wire: Errors': [{ prints: shownUnder('Errors') }],
  'docs/wire: Headers, HEAD and compression': [{ prints: shownUnder('Headers, HEAD and compression') }],
  'docs/wire: Ids and resumption': [
    { prints: anyPositions(shownUnder('Ids and resumption')) },
    { prints: shownUnder('Ids and resumption', 2) },
  ],
  'docs/wire: Other formats': [{ prints: shownUnder('Other formats') }, { prints: shownUnder('Other formats', 2) }],
  'docs/wire: Read it without this library': [
    { prints: shown },
    { prints: 'Hello, \nworld.\nclosed\ntimeout\nclosed', use: ({ listen }) => playEvents(listen) },
  ],
  'docs/wire: The status of a failure': [{ prints: shownUnder('The status of a failure') }],
  'docs/wire: The wire format': [{ prints: shownUnder('The wire format') }],
  'docs/wire: `fromSse`': [{ prints: 'Hello, \nworld.' }],
  'docs/wire: WebSocket messages': [
    { prints: shownUnder('WebSocket messages'), use: ({ serve }) => askOverSocket(serve) },
  ],
};
