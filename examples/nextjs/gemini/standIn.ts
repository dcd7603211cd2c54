import { startEmulator, type EmulatorReply, type EmulatorRequest } from 'rxjs-gemini/emulator';

/** Starts an emulator and leads the SDK to it, by the variables of the environment that it reads. */
export async function startStandIn(): Promise<void> {
  const { url } = await startEmulator({ reply, history: 100 });
  process.env['GEMINI_API_KEY'] = 'none';
  process.env['GOOGLE_GEMINI_BASE_URL'] = url;
  console.warn('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
}

const reply: EmulatorReply = (request) => (hasOpenQuestion(request) ? callOfTool : textFor(request));

/** Whether the model may call the tool of the chat, and has not done so. */
function hasOpenQuestion({ prompt, body }: EmulatorRequest): boolean {
  const contents = JSON.stringify(body['contents']);
  return body['tools'] !== undefined && /weather/i.test(prompt) && !contents.includes('"functionResponse"');
}

const callOfTool = {
  firstDelay: 300,
  chunks: [
    {
      candidates: [
        {
          index: 0,
          content: { role: 'model', parts: [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }] },
          finishReason: 'STOP',
        },
      ],
    },
  ],
};

const textFor: EmulatorReply = ({ prompt }) => ({
  firstDelay: 500,
  pace: 70,
  text: `${prompt === '' ? 'It is 21 °C in Oslo, and the sky is clear: so says the tool on the server.' : `You asked: “${prompt}”`}

This comes from a local emulator, not from a model: it speaks Gemini's wire protocol, needs no key and costs nothing. Set GEMINI_API_KEY and start the app again for a real answer.

The route handler turned the reply into server-sent events with toSseResponse, and this page reads them with fromSse: the same chunks, the same operators, and no key in the browser. However fast the words come, React renders once a frame at most.

Press Stop, close the tab or follow the link to the other page while the words still come. In that moment the browser closes its connection, the route handler sees it, and the request to the model is closed too, so that nobody pays for words that nobody reads.

Stop the server in the middle of a reply to see what an error looks like: it has a kind, it keeps what had arrived, and it says whether it is worth trying again.`,
});
