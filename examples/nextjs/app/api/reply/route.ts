import { toSseResponse } from 'rxjs-gemini';
import { askGemini } from '../../../gemini/askGemini';
import { readJson, refuse } from '../../../gemini/requestBody';

const longestPrompt = 10_000;

export async function POST(request: Request): Promise<Response> {
  const body = await readJson(request);
  if (body instanceof Response) return body;
  const prompt = promptIn(body);
  if (prompt === undefined) return refuse(400, 'invalid_request', 'Expected { prompt }, 1 to 10 000 characters');
  // A failure before the first word has its status, for gateways and logs; the page reads the same error from it.
  return toSseResponse(askGemini(prompt), { request, waitForFirst: true, waitAtMost: 1_000 });
}

function promptIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('prompt' in body)) return undefined;
  const { prompt } = body;
  return typeof prompt === 'string' && prompt.trim() !== '' && prompt.length <= longestPrompt ? prompt : undefined;
}
