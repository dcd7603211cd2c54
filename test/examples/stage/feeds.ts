import type { Row, RunEvent } from '../../../examples/playground/src/runEvent.js';

/** The three rows of the opening scene. */
export const rows: readonly Row[] = [
  { id: 'model', title: 'The model', role: 'model' },
  { id: 'plain', title: 'Plain SDK', role: 'plain' },
  { id: 'pipe', title: 'Your pipe', role: 'pipe' },
];

export const reply = [
  'The sky is blue because air scatters blue light more than red. ',
  'Sunlight has all colours, and its short waves meet the molecules of the air more often. ',
  'They come to our eyes from all sides, so the whole sky looks blue.\n\n',
  'At sunset the light crosses far more air. Most of the blue is scattered away before it reaches you, ',
  'and what remains is orange and red. On Mars it is the other way round: ',
  'the day is butterscotch, and the sunset is blue.',
].join('');

/** A reply in pieces of uneven lengths, always the same ones. */
export function chunksOf(text: string): readonly string[] {
  const lengths = [5, 14, 3, 22, 9, 31, 6, 17];
  const chunks: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = lengths[chunks.length % lengths.length] ?? 8;
    chunks.push(text.slice(at, at + length));
    at += length;
  }
  return chunks;
}

/** The connection drops after 13 chunks: the plain row ends in silence, the pipe resumes and shows whole sentences. */
export function dropFeed(): readonly RunEvent[] {
  const events: RunEvent[] = rows.map(({ id }) => ({ row: id, time: 0, type: 'subscribe', number: 1 }));
  let at = 0;
  let time = 500;
  let shown = 0;
  for (const [index, text] of chunksOf(reply).entries()) {
    time += index % 4 === 0 ? 320 : 110;
    if (index === 13) {
      events.push({ row: 'model', time, type: 'error', kind: 'network', message: 'The connection was reset.' });
      events.push({ row: 'plain', time, type: 'complete' });
      events.push({ row: 'pipe', time, type: 'notice', kind: 'resumed', label: 'resumed' });
      events.push({ row: 'model', time, type: 'subscribe', number: 2 });
      time += 700;
    }
    events.push({ row: 'model', time, type: 'text', text, at });
    if (index < 13) events.push({ row: 'plain', time: time + 4, type: 'text', text, at });
    at += text.length;
    const sentence = /[.\n:] ?$/.test(reply.slice(0, at)) || index % 5 === 4 || at === reply.length;
    if (sentence) {
      events.push({ row: 'pipe', time: time + 6, type: 'text', text: reply.slice(shown, at), at: shown });
      shown = at;
    }
  }
  events.push({ row: 'model', time: time + 40, type: 'complete' }, { row: 'pipe', time: time + 44, type: 'complete' });
  return events.toSorted((a, b) => a.time - b.time);
}

/** Chunks at a steady rate in three rows: the pipe's come out 20 ms later. */
export function floodFeed(chunksPerSecond: number, seconds: number): readonly RunEvent[] {
  const events: RunEvent[] = rows.map(({ id }) => ({ row: id, time: 0, type: 'subscribe', number: 1 }));
  const words = ['light ', 'air ', 'scatters ', 'blue, ', 'and the ', 'sky. ', 'we ', 'see it.\n'];
  let at = 0;
  for (let index = 0; index < chunksPerSecond * seconds; index += 1) {
    const time = ((index + 1) * 1000) / chunksPerSecond;
    const text = words[(index * 7 + (index % 3)) % words.length] ?? '';
    events.push({ row: 'model', time, type: 'text', text, at });
    events.push({ row: 'plain', time: time + 1, type: 'text', text, at });
    events.push({ row: 'pipe', time: time + 20, type: 'text', text, at });
    at += text.length;
  }
  const end = seconds * 1000 + 60;
  events.push(...rows.map(({ id }): RunEvent => ({ row: id, time: end, type: 'complete' })));
  return events.toSorted((a, b) => a.time - b.time);
}

/** One of each kind of event, some of them at nearly the same time. */
export function kindsFeed(): readonly RunEvent[] {
  const value = (time: number, kind: (RunEvent & { type: 'value' })['kind'], label: string): RunEvent => ({
    row: 'pipe',
    time,
    type: 'value',
    kind,
    label,
  });
  return [
    { row: 'model', time: 0, type: 'subscribe', number: 1 },
    { row: 'plain', time: 0, type: 'subscribe', number: 1 },
    { row: 'pipe', time: 0, type: 'subscribe', number: 1 },
    { row: 'pipe', time: 120, type: 'notice', kind: 'queued', label: 'place 2' },
    { row: 'model', time: 400, type: 'error', kind: 'rateLimit', message: 'Too many requests.' },
    { row: 'pipe', time: 410, type: 'notice', kind: 'retrying', label: 'retry 1 in 1.2 s' },
    { row: 'plain', time: 420, type: 'error', kind: 'rateLimit', message: 'Too many requests.' },
    { row: 'model', time: 1600, type: 'subscribe', number: 2 },
    value(1900, 'thought', 'The user wants the weather'),
    value(2100, 'toolCall', 'getWeather({ "city": "Paris" })'),
    value(2500, 'toolResult', '{ "celsius": 21 }'),
    { row: 'model', time: 2700, type: 'text', text: 'It is 21 degrees. ', at: 0 },
    value(2760, 'sentence', 'It is 21 degrees.'),
    { row: 'pipe', time: 2900, type: 'notice', kind: 'fallback', label: 'gemini-2.5-flash' },
    { row: 'model', time: 3000, type: 'unsubscribe' },
    { row: 'model', time: 3050, type: 'subscribe', number: 3 },
    value(3300, 'json', '{ "celsius": 21 }'),
    value(3500, 'other', 'grounding'),
    { row: 'pipe', time: 3800, type: 'text', text: 'Wear a <b>light</b> coat.', at: 0 },
    { row: 'model', time: 4000, type: 'cancelled', reason: 'the reader pressed Stop' },
    { row: 'pipe', time: 4010, type: 'unsubscribe' },
  ];
}
