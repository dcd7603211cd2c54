// The least that reading a reply can be: no client, no types, no care for what is amiss.
export async function read(baseUrl) {
  const response = await fetch(`${baseUrl}/v1beta/models/m:streamGenerateContent?alt=sse`, {
    method: 'POST',
    body: '{}',
  });
  const decoder = new TextDecoder();
  let rest = '';
  let text = '';
  for await (const packet of response.body) {
    const events = (rest + decoder.decode(packet, { stream: true })).split('\r\n\r\n');
    rest = events.pop();
    for (const event of events) text += JSON.parse(event.slice(6)).candidates[0].content.parts[0].text;
  }
  return text;
}
