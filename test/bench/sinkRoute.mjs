// A server that answers each request with a reply of the model, one way, in a process of its own. On the message `cpu`,
// it sends the CPU time that its process has used.
import { createServer } from 'node:http';
import process from 'node:process';
import { GoogleGenAI } from '@google/genai';
import { fromGemini, pipeToServerResponse } from 'rxjs-gemini';

const [way, origin] = process.argv.slice(2);
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: origin } });
const params = { model: 'gemini-2.5-flash', contents: 'Hello' };
const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' };

const answer = {
  async handWritten(response) {
    const upstream = await fetch(`${origin}/v1beta/models/m:streamGenerateContent?alt=sse`, {
      method: 'POST',
      body: '{}',
    });
    response.writeHead(200, headers);
    const decoder = new TextDecoder();
    let rest = '';
    for await (const packet of upstream.body) {
      const events = (rest + decoder.decode(packet, { stream: true })).split('\r\n\r\n');
      rest = events.pop();
      for (const event of events) response.write(`data: ${JSON.stringify(JSON.parse(event.slice(6)))}\n\n`);
    }
    response.end();
  },
  async sdk(response) {
    const chunks = await ai.models.generateContentStream(params);
    response.writeHead(200, headers);
    for await (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end();
  },
  fromGemini: (response) => pipeToServerResponse(fromGemini(ai, params), response),
}[way];

const server = createServer((request, response) => {
  request.resume();
  void answer(response);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit());
