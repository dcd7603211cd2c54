// A server of its own process whose replies all write at one pace. Each reply opens with one chunk and then waits, until
// `/begin?chunks=N&period=MS` makes all that are open write N more, one every MS, evenly spread over the period. Replies
// below `/silent` have no first chunk; with `replies=N`, the start waits until so many are open; with `isEndless`, the
// replies stay open.
// A chunk's text is its number and the time of its write, on the clock that all processes of a machine share.
import { createServer } from 'node:http';
import process from 'node:process';

let open = [];
/** A start that waits for replies. */
let pending;

const server = createServer((request, response) => {
  request.resume();
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  if (pathname === '/begin') {
    pending = Object.fromEntries([...searchParams].map(([name, value]) => [name, Number(value)]));
    // As for the replies: a kept connection, which this server closes after 5 s, would be used for one of the next ones.
    response.writeHead(200, { Connection: 'close' });
    response.end();
    return beginIfOpen();
  }
  // Every reply has a socket of its own, and leaves none for the next.
  response.writeHead(200, { 'Content-Type': 'text/event-stream', Connection: 'close' });
  response.socket.setNoDelay(true);
  if (pathname.startsWith('/silent')) response.flushHeaders();
  else response.write(event(0, false));
  open.push(response);
  beginIfOpen();
});

function beginIfOpen() {
  if (!pending || open.length < (pending.replies ?? 0)) return;
  begin(open, pending);
  open = [];
  pending = undefined;
}

function begin(replies, { chunks, period, isEndless = 0 }) {
  const total = replies.length * chunks;
  const start = now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, ((now() - start) / period) * replies.length);
    for (; written < due; written++) {
      const reply = replies[written % replies.length];
      const number = 1 + Math.floor(written / replies.length);
      const isLast = number === chunks && isEndless === 0;
      reply.write(event(number, isLast));
      if (isLast) reply.end();
    }
    if (written === total) clearInterval(timer);
  }, 1);
}

function event(number, isLast) {
  const candidate = { content: { parts: [{ text: `${number} ${now()}` }], role: 'model' }, index: 0 };
  if (isLast) candidate.finishReason = 'STOP';
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: number * 3, totalTokenCount: 10 + number * 3 };
  const response = { candidates: [candidate], usageMetadata, modelVersion: 'gemini-2.5-flash', responseId: 'abc' };
  return `data: ${JSON.stringify(response)}\r\n\r\n`;
}

function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}

// All clients come at once, from as many addresses as they need: one has 28 000 ports.
server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
