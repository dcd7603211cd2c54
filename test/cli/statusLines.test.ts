import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureLine } from '../../src/cli/statusLines.js';
import { GeminiError } from '../../src/errors/geminiError.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('failureLine', () => {
  const network = new GeminiError('There is no connection', { kind: 'network' });

  it('asks for the model that was not found', () => {
    const error = new GeminiError('There is no such model', { kind: 'not_found' });
    expect(failureLine(error, 'gemini-9')).toBe("There is no such model. Is there a model 'gemini-9'?");
    expect(failureLine(error, undefined)).toBe('There is no such model.');
  });

  it('names a proxy that Node does not use', () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'NODE_USE_ENV_PROXY']) vi.stubEnv(name, undefined);
    expect(failureLine(network, 'm')).toBe('There is no connection.');
    vi.stubEnv('https_proxy', 'http://user:secret@proxy:3128');
    expect(failureLine(network, 'm')).toMatch(/^There is no connection\. HTTPS_PROXY is set, .*NODE_USE_ENV_PROXY=1/);
    expect(failureLine(network, 'm')).not.toContain('secret');
    expect(failureLine(new GeminiError('It failed', { kind: 'server' }), 'm')).toBe('It failed.');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(failureLine(network, 'm')).toBe('There is no connection.');
  });
});
