import { client, interaction } from './request.mjs';

export async function read(baseUrl) {
  let text = '';
  for await (const event of await client(baseUrl).interactions.create({ ...interaction, stream: true })) {
    text += event.delta?.text ?? '';
  }
  return text;
}
