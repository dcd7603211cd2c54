// A server of its own process whose replies all write at one pace. Each reply opens with one chunk and then waits, until
// `/begin?chunks=N&period=MS` makes all that are open write N more, one every MS, evenly spread over the period.
// A chunk's text is its number and the time of its write, on the clock that all processes of a machine share.
import { createServer } from 'node:http';
import process from 'node:process';

let open = [];

const server = createServer((request, response) => {
  request.resume();
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  if (pathname === '/begin') {
    begin(open, Number(searchParams.get('chunks')), Number(searchParams.get('period')));
    open = [];
    return response.end();
  }
  // Every reply has a socket of its own, and leaves none for the next.
  response.writeHead(200, { 'Content-Type': 'text/event-stream', Connection: 'close' });
  response.socket.setNoDelay(true);
  response.write(event(0, false));
  open.push(response);
});

function begin(replies, chunks, period) {
  const total = replies.length * chunks;
  const start = now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, ((now() - start) / period) * replies.length);
    for (; written < due; written++) {
      const reply = replies[written % replies.length];
      const number = 1 + Math.floor(written / replies.length);
      reply.write(event(number, number === chunks));
      if (number === chunks) reply.end();
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

// All clients come at once.
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
