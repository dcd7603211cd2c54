// The parts that any reader of an interaction has: `fetch`, a parser of events, `JSON.parse`.
import { createParser } from 'eventsource-parser';

export async function read(baseUrl) {
  const response = await fetch(`${baseUrl}/v1/interactions`, { method: 'POST', body: '{}' });
  const decoder = new TextDecoder();
  let text = '';
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') text += JSON.parse(data).delta?.text ?? '';
    },
  });
  for await (const packet of response.body) parser.feed(decoder.decode(packet, { stream: true }));
  return text;
}
