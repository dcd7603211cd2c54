import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

// A cell of test/matrix sets EXPECTED_GENAI_VERSION; elsewhere it is the version that the package is developed with.
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};
const expected = process.env['EXPECTED_GENAI_VERSION'] ?? manifest.devDependencies['@google/genai'];

it('runs with the installed version of the SDK', async () => {
  const { ai, emulator } = await emulate('Hello');
  await outcomeOf(fromGemini(ai, params));
  expect(emulator.requests[0]?.headers['x-goog-api-client']).toContain(`google-genai-sdk/${expected ?? 'none'} `);
});
