import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectClosedRequest, expectHeadersAtOnce, expectWholeReply } from './support/replyServer.js';
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
