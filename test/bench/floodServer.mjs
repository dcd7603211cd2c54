// A server of its own process that answers as fast as it is read: small chunks, or the events of an interaction of a
// model, which have no ids, with deltas as small; so many events a write.
// Everything is rendered beforehand, so that what is measured is the client.
import { createServer } from 'node:http';
import process from 'node:process';

const bodies = new Map();

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const [, chunks, packet] = /\/c(\d+)p(\d+)\//.exec(request.url) ?? [];
    const render = request.url.includes('/interactions') ? interactionOf : replyOf;
    const packets = packetsOf(render, Number(chunks), Number(packet));
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

function packetsOf(render, chunks, packet) {
  const key = `${render.name}/${chunks}/${packet}`;
  if (!bodies.has(key)) {
    const events = render(chunks);
    const packets = [];
    for (let at = 0; at < events.length; at += packet)
      packets.push(Buffer.from(events.slice(at, at + packet).join('')));
    bodies.set(key, Object.assign(packets, { isSpread: packet === 1 }));
  }
  return bodies.get(key);
}

function replyOf(chunks) {
  return Array.from({ length: chunks }, (_, index) => event(index, index === chunks - 1));
}

function interactionOf(chunks) {
  const interaction = { id: 'v1_abc', status: 'in_progress', object: 'interaction', model: 'gemini-3.5-flash' };
  const delta = { index: 0, delta: { text: 'twelve chars', type: 'text' }, event_type: 'step.delta' };
  const events = [
    { interaction, event_type: 'interaction.created' },
    { index: 0, step: { type: 'model_output' }, event_type: 'step.start' },
    ...Array.from({ length: chunks }, () => delta),
    { index: 0, event_type: 'step.stop' },
    { interaction: { ...interaction, status: 'completed' }, event_type: 'interaction.completed' },
  ];
  const texts = events.map((each) => `event: ${each.event_type}\ndata: ${JSON.stringify(each)}\n\n`);
  return [...texts, 'event: done\ndata: [DONE]\n\n'];
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
