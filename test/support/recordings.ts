import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recording } from '../../src/emulator/replayRecording.js';

const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));

/** Our own exchanges in the form of the recordings, so that the suite says something where that folder is not there. */
const own: Recording[] = [
  {
    name: 'own-success-two-chunks',
    origin: 'written for this suite',
    exchanges: [
      exchange(
        'data: {"candidates": [{"content": {"parts": [{"text": "Hello, "}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 3},"modelVersion": "m"}\r\n\r\n' +
          'data: {"candidates": [{"content": {"parts": [{"text": "world"}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 3,"candidatesTokenCount": 2,"totalTokenCount": 5},"modelVersion": "m"}\r\n\r\n',
      ),
    ],
  },
  {
    name: 'own-failure-error-mid-stream',
    origin: 'written for this suite',
    exchanges: [
      exchange(
        'data: {"candidates": [{"content": {"parts": [{"text": "Hello, "}],"role": "model"},"index": 0}]}\n\n' +
          '{\n  "error": {\n    "code": 503,\n    "message": "The model is overloaded.",\n    "status": "UNAVAILABLE"\n  }\n}\n',
      ),
    ],
  },
];

function exchange(body: string): Recording['exchanges'][number] {
  return {
    request: { method: 'POST', path: '/v1beta/models/gemini:streamGenerateContent?alt=sse', body: null },
    response: { status: 200, headers: { 'Content-Type': 'text/event-stream' }, body },
  };
}

/** Every recorded exchange there is: of `RECORDINGS_DIR`, else of `../shared/recordings`, and our own. */
export function recordings(): Recording[] {
  const folder = process.env['RECORDINGS_DIR'] ?? shared;
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return [...own, ...files.map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Recording)];
}

/** Each exchange of each recording, with a name for a test's title. */
export function recordedExchanges(): [name: string, exchange: Recording['exchanges'][number]][] {
  return recordings().flatMap(({ name, exchanges }) =>
    exchanges.map((each, index): [string, typeof each] => [`${name} ${String(index)}`, each]),
  );
}
