import { text, type Expectations } from './expectation.js';

type Route = (request: Request) => Promise<Response>;

/** Prints the statuses of a request of a foreign page, of a form, and of the site itself. */
async function askFromOrigins({ POST }: Readonly<Record<string, unknown>>): Promise<void> {
  const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
  const ask = (headers: Readonly<Record<string, string>>) =>
    (POST as Route)(new Request('https://app.example/api/chat', { method: 'POST', headers, body }));
  const json = { 'content-type': 'application/json' };
  const refused = [await ask({ ...json, origin: 'https://evil.example' }), await ask({ 'content-type': 'text/plain' })];
  const answered = await ask({ ...json, origin: 'https://app.example' });
  console.log(...refused.map(({ status }) => status), answered.status, (await answered.text()).includes('Hello, '));
}

/** The results of the examples in `docs/security.md`. */
export const security: Expectations = {
  'docs/security: The key stays on the server': [{ prints: '' }],
  "docs/security: A posted history is the user's word": [
    {
      prints: `{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}
{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"declaredTools":[{"functionDeclarations":[{"name":"showMap"}]}],"config":{"temperature":0.2}}`,
    },
  ],
  'docs/security: A route that answers anybody': [{ prints: '403 400 200 true', use: askFromOrigins }],
  'docs/security: Replies that others must not read': [{ prints: 'not_found false []' }],
  'docs/security: Markdown of a model is untrusted': [
    { prints: 'See \n<img src=x onerror=alert(1)>\n[open](javascript:alert(1))' },
  ],
  'docs/security: Errors and logs': [{ prints: 'GET https://[redacted]@host/?key=[redacted] failed' }],
  'docs/security: Denial of service': [{ prints: text }],
};
