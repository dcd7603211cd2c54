import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkLine, endLine, recordingHeader, type RecordingLine } from '../../src/recording/recordingLines.js';
import { RecordingError, RecordingReader } from '../../src/recording/recordingReader.js';
import { chunk } from '../../src/testing/chunks.js';

function read(pieces: readonly string[]): RecordingLine[] {
  const reader = new RecordingReader();
  return [...pieces.flatMap((piece) => [...reader.feed(piece)]), ...reader.end()];
}

const text =
  recordingHeader + chunkLine(1, chunk('a\nb')) + chunkLine(2.5, { text: 'c' }) + endLine(3, { end: 'complete' });
const lines = read([text]);

describe('RecordingReader', () => {
  it('returns the lines below the first', () => {
    expect(lines).toMatchObject([
      { t: 1, chunk: { candidates: [{ content: { parts: [{ text: 'a\nb' }] } }] } },
      { t: 2.5, chunk: { text: 'c' } },
      { t: 3, end: 'complete' },
    ]);
  });

  it('returns the same lines for any cut of the text', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(read(places.map((place, index) => text.slice(place, places[index + 1])))).toEqual(lines);
      }),
    );
  });

  it('accepts blank lines, CRLF and a last line without a line break', () => {
    expect(read([`\n${text.replace(/\n/g, '\r\n\r\n').trimEnd()}`])).toEqual(lines);
  });

  it('drops half a last line', () => {
    expect(read([text.slice(0, -5)])).toEqual(lines.slice(0, -1));
  });

  it('returns each line before it reads the next', () => {
    const reader = new RecordingReader();
    expect(reader.feed(`${recordingHeader}{"t":0,"chunk":{"text":"a"}}\noops\n`).next().value).toMatchObject({ t: 0 });
  });

  it.each([
    ['', 'The recording is empty'],
    ['\n\n', 'The recording is empty'],
    ['oops', 'Line 1 of the recording is not JSON'],
    ['\n{"t":0,"chunk":{}}\n', `Line 2 of the recording is not the first of one: expected ${recordingHeader.trim()}`],
    ['{"recording":"rxjs-gemini","version":2}\n', 'Line 1 of the recording is not the first of one'],
    [`${recordingHeader}\n{"t":0,\n`, 'Line 3 of the recording is not JSON'],
    [`${recordingHeader}[]\n`, 'Line 2 of the recording is not a JSON object'],
    [`${recordingHeader}7`, 'Line 2 of the recording is not a JSON object'],
    ...[
      '{}',
      '{"t":"1","chunk":{}}',
      '{"t":-1,"chunk":{}}',
      '{"t":1,"chunk":[]}',
      '{"t":1,"end":"over"}',
      '{"t":1,"end":"error"}',
      '{"t":1,"end":"error","error":{"kind":"server"}}',
    ].map((line): [string, string] => [
      `${recordingHeader}${line}\n`,
      'Line 2 of the recording is neither a chunk nor an end',
    ]),
  ])('throws a sentence about %j', (broken, message) => {
    expect(() => read([broken])).toThrow(RecordingError);
    expect(() => read([broken])).toThrow(message);
  });

  it('reads a long line in linear time, and refuses one that is too long', () => {
    const piece = 'x'.repeat(64 * 1024);
    const reader = new RecordingReader();
    // Joined at each piece, this is minutes.
    const flood = () => {
      for (;;) expect([...reader.feed(piece)]).toEqual([]);
    };
    expect(flood).toThrow('Line 1 of the recording is longer than 64 MB');
  });
});
