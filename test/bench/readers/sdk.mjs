import { client, params } from './request.mjs';

export async function read(baseUrl) {
  let text = '';
  for await (const chunk of await client(baseUrl).models.generateContentStream(params)) {
    text += chunk.candidates[0].content.parts[0].text;
  }
  return text;
}
