import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectClosedRequest, expectHeadersAtOnce, expectWholeReply } from './support/replyServer.js';
import { expectCommand, expectSources } from './support/runtimeChecks.js';
import { hasRuntime, startRuntimeServer, type RuntimeServer } from './support/runtimeServer.js';

describe.runIf(hasRuntime('bun'))('toSseResponse on Bun, with fromGemini and the SDK', () => {
  let server: RuntimeServer;
  beforeAll(async () => {
    server = await startRuntimeServer('bun', []);
  });
  afterAll(() => server.stop());

  it('sends a whole reply', () => expectWholeReply(server));
  it('sends the headers while the model is silent', () => expectHeadersAtOnce(server));
  it('closes the request to the model when the client disconnects', () => expectClosedRequest(server));
});

describe.runIf(hasRuntime('bun'))('the built package on Bun', () => {
  it('streams, fails, retries and unsubscribes, and has the chat, the JSON and the sockets', () =>
    expectSources('bun', []));
  it('runs the command', () => expectCommand('bun', []));
});
