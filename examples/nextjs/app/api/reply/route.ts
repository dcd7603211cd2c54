import { toSseResponse } from 'rxjs-gemini';
import { askGemini } from '../../../gemini/askGemini';

const longestPrompt = 10_000;

export async function POST(request: Request): Promise<Response> {
  // A page of somebody else can send a form or plain text here, but not this.
  if (request.headers.get('Content-Type') !== 'application/json') return refuse(415, 'Expected JSON');
  const prompt = promptIn(await request.json().catch(() => undefined));
  if (prompt === undefined) return refuse(400, 'Expected { prompt }, a text of 1 to 10 000 characters');
  // A failure before the first word has its status, for gateways and logs; the page reads the same error from it.
  return toSseResponse(askGemini(prompt), { request, waitForFirst: true });
}

function promptIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('prompt' in body)) return undefined;
  const { prompt } = body;
  return typeof prompt === 'string' && prompt.trim() !== '' && prompt.length <= longestPrompt ? prompt : undefined;
}

function refuse(status: number, message: string): Response {
  return Response.json({ error: { code: status, message, status: 'INVALID_ARGUMENT' } }, { status });
}
