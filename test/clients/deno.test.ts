import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectClosedRequest, expectHeadersAtOnce, expectWholeReply } from './support/replyServer.js';
import { expectCommand, expectSources } from './support/runtimeChecks.js';
import { hasRuntime, startRuntimeServer, type RuntimeServer } from './support/runtimeServer.js';

/** Packages come from `node_modules` of the root; nothing is downloaded. */
const flags = ['run', '--no-remote', '--cached-only', '--node-modules-dir=manual', '--allow-net', '--allow-env'];
const permissions = [...flags, '--allow-read', '--allow-sys'];

describe.runIf(hasRuntime('deno'))('toSseResponse on Deno, with fromGemini and the SDK', () => {
  let server: RuntimeServer;
  beforeAll(async () => {
    server = await startRuntimeServer('deno', permissions);
  });
  afterAll(() => server.stop());

  it('sends a whole reply', () => expectWholeReply(server));
  it('sends the headers while the model is silent', () => expectHeadersAtOnce(server));
  it('closes the request to the model when the client disconnects', () => expectClosedRequest(server));
});

describe.runIf(hasRuntime('deno'))('the built package on Deno', () => {
  it('streams, fails, retries and unsubscribes, and has the chat, the JSON and the sockets', () =>
    expectSources('deno', permissions));
  it('runs the command', () => expectCommand('deno', permissions));
});
