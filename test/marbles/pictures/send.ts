import { finishReasonOf, textOf } from '../../../src/chunk/readers.js';
import type { GeminiResponse } from '../../../src/chunk/response.js';
import { uiMessageStream } from '../../../src/sinks/aiSdk/uiMessageStream.js';
import type { ReplySseMessage } from '../../../src/sinks/sseMessage.js';
import { toFormat } from '../../../src/sinks/toFormat.js';
import { toSse } from '../../../src/sinks/toSse.js';
import { toSseText } from '../../../src/sinks/toSseText.js';
import { finishChunk } from '../../../src/testing/chunks.js';
import { notice, value } from '../looks.js';
import type { Look } from '../scene.js';
import type { Picture } from '../stage.js';

const values = { a: 'Light ', b: 'is fast.', f: finishChunk() };

/** Pictures of the operators that send a reply. */
export const sendPictures: readonly Picture[] = [
  {
    name: 'toFormat',
    alt: 'The reply becomes the events of a front end, here those of useChat.',
    play(m) {
      const reply$ = m.source('chunks', '-------a------b------f------|', values);
      m.code('toFormat(uiMessageStream())');
      m.result('events for useChat', reply$.pipe(toFormat(uiMessageStream())), {
        show: ({ type }) => value(type),
      }).toBe('(ab)---(cd)---d-------------(efg|)', {
        a: value('start'),
        b: value('start-step'),
        c: value('text-start'),
        d: value('text-delta'),
        e: value('text-end'),
        f: value('finish-step'),
        g: value('finish'),
      });
    },
  },
  {
    name: 'toSse',
    alt: 'Each chunk becomes a server-sent event, and the end an event of type done.',
    play(m) {
      const reply$ = m.source('chunks', '--a----b----f----|', values);
      m.code('toSse()');
      m.result('events', reply$.pipe(toSse()), { show: lookOfSse }).toBe('--a----b----f----(d|)', {
        a: value('{ data }', '“Light ”'),
        b: value('{ data }', '“is fast.”'),
        f: value('{ data }', 'STOP'),
        d: value('{ type, data }', 'done'),
      });
    },
  },
  {
    name: 'toSseText',
    alt: 'The text of an event stream: a comment opens it, then one event for each chunk, then done.',
    play(m) {
      const reply$ = m.source('chunks', '--a----b----f----|', values);
      m.code('toSseText()');
      m.result('text of the body', reply$.pipe(toSseText()), { show: lookOfEventText }).toBe('c-a----b----f----(d|)', {
        c: notice(': …'),
        a: value('data: …', '“Light ”'),
        b: value('data: …', '“is fast.”'),
        f: value('data: …', 'STOP'),
        d: value('event: done'),
      });
    },
  },
];

function lookOfSse({ type, data }: ReplySseMessage): Look {
  return type === undefined ? value('{ data }', contentOf(data)) : value('{ type, data }', type);
}

function lookOfEventText(written: string): Look {
  if (written.startsWith(':')) return notice(': …');
  const [first = ''] = written.split('\n');
  return first.startsWith('data: ') ? value('data: …', contentOf(first.slice('data: '.length))) : value(first);
}

/** The text of a chunk on the wire, or its finish. */
function contentOf(json: string): string | undefined {
  const response = JSON.parse(json) as GeminiResponse;
  return textOf(response) ? `“${textOf(response)}”` : finishReasonOf(response);
}
