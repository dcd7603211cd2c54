// The readers of a route, in a process of their own: on the message `{ replies }`, reads so many replies over keep-alive
// connections, checks that no text is lost, and sends the time that it took.
import { Agent, request } from 'node:http';
import process from 'node:process';

const [port, atOnce, chunks] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
const expected = 'twelve chars'.repeat(chunks);

process.on('message', async ({ replies }) => {
  const start = performance.now();
  let left = replies;
  const readInTurn = async () => {
    while (left-- > 0) await readOne();
  };
  await Promise.all(Array.from({ length: atOnce }, readInTurn));
  process.send({ wall: performance.now() - start });
});
process.on('disconnect', () => process.exit());
process.send({});

async function readOne() {
  const response = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, resolve).once('error', reject).end();
  });
  let body = '';
  for await (const text of response.setEncoding('utf8')) body += text;
  let text = '';
  for (const [, json] of body.matchAll(/^data: (.*)$/gm)) {
    for (const { content } of JSON.parse(json).candidates ?? []) text += content.parts[0].text;
  }
  if (text !== expected) throw new Error(`A reader got ${text.length} of ${expected.length} characters`);
}
