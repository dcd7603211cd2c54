import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync(new URL('../../docs/frontEnds.md', import.meta.url), 'utf8');

describe('docs/frontEnds.md', () => {
  it.each(['openAiFormat.ts', 'resumableRoutes.ts'])('prints %s, which the tests run', (file) => {
    const code = readFileSync(new URL(file, import.meta.url), 'utf8');
    expect(page).toContain(`\`\`\`typescript\n${code}\`\`\``);
  });
});
