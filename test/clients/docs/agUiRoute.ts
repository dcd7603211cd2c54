import { GoogleGenAI } from '@google/genai';
import { defer } from 'rxjs';
import { answerContents, protectReply, toSseResponse } from 'rxjs-gemini';
import { agUiEvents, configFromAgUi, contentsFromAgUi, type AgUiInput } from 'rxjs-gemini/ag-ui';

const ai = new GoogleGenAI({ apiKey: process.env['GEMINI_API_KEY']! });
const model = 'gemini-2.5-flash';

export async function POST(request: Request): Promise<Response> {
  const input = (await request.json()) as AgUiInput;
  const reply$ = defer(() => {
    const { tools: declaredTools, ...config } = configFromAgUi(input);
    const contents = contentsFromAgUi(input);
    return answerContents(ai, { model, contents, config, declaredTools, pipe: protectReply({ retry: {} }) });
  });
  return toSseResponse(reply$, { format: agUiEvents(input), request });
}
