// A server of its own process that answers as fast as it is read: `?chunks=N` small chunks, `?packet=N` events a write.
// Everything is rendered beforehand, so that what is measured is the client.
import { createServer } from 'node:http';
import process from 'node:process';

const bodies = new Map();

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const [, chunks, packet] = /\/c(\d+)p(\d+)\//.exec(request.url) ?? [];
    const packets = packetsOf(Number(chunks), Number(packet));
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.socket.setNoDelay(true);
    write(response, packets, 0);
  });
});

function write(response, packets, from) {
  for (let index = from; index < packets.length; index++) {
    // One event a packet means one event a read: each write gets a turn of the loop.
    const isFull = !response.write(packets[index]);
    if (isFull) return void response.once('drain', () => write(response, packets, index + 1));
    if (packets.isSpread) return void setImmediate(write, response, packets, index + 1);
  }
  response.end();
}

function packetsOf(chunks, packet) {
  const key = `${chunks}/${packet}`;
  if (!bodies.has(key)) {
    const events = Array.from({ length: chunks }, (_, index) => event(index, index === chunks - 1));
    const packets = [];
    for (let at = 0; at < events.length; at += packet)
      packets.push(Buffer.from(events.slice(at, at + packet).join('')));
    bodies.set(key, Object.assign(packets, { isSpread: packet === 1 }));
  }
  return bodies.get(key);
}

function event(index, isLast) {
  const candidate = { content: { parts: [{ text: 'twelve chars' }], role: 'model' }, index: 0 };
  if (isLast) candidate.finishReason = 'STOP';
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: index * 3, totalTokenCount: 10 + index * 3 };
  const response = { candidates: [candidate], usageMetadata, modelVersion: 'gemini-2.5-flash', responseId: 'abc' };
  return `data: ${JSON.stringify(response)}\r\n\r\n`;
}

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
