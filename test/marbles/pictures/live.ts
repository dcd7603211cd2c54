import { map, mergeAll, skip, take, timer } from 'rxjs';
import { answerCalls } from '../../../src/chat/answerCalls.js';
import type { ChatTool } from '../../../src/chat/chatTools.js';
import type { LiveInput } from '../../../src/live/liveInput.js';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { toTurns } from '../../../src/sources/live/toTurns.js';
import { finish, mark, text, value } from '../looks.js';
import type { Look } from '../scene.js';
import type { Picture } from '../stage.js';

const says = (words: string): LiveMessage => ({ serverContent: { modelTurn: { parts: [{ text: words }] } } });
const calls = (id: string, city: string): LiveMessage => ({
  toolCall: { functionCalls: [{ id, name: 'weather', args: { city } }] },
});

/** Pictures of the operators for the messages of a Live session. */
export const livePictures: readonly Picture[] = [
  {
    name: 'toTurns',
    alt: 'Each turn of the model becomes a reply; an interruption ends it, and the next turn begins, still silent.',
    play(m) {
      const messages$ = m.input(
        'messages of the session',
        '--a----b----i---------c----e----|',
        {
          a: says('Light '),
          b: says('is '),
          i: { serverContent: { interrupted: true } },
          c: says('Yes?'),
          e: { serverContent: { turnComplete: true } },
        },
        lookOfMessage,
      );
      m.code('toTurns()');
      const turns$ = m.once(messages$.pipe(toTurns()));
      m.result('turns', turns$, { show: () => value('turn') }).toBe('--t---------t-------------------|', {
        t: value('turn'),
      });
      m.result('the first turn', turns$.pipe(take(1), mergeAll())).toBe('--a----b----(s|)', {
        a: text('Light '),
        b: text('is '),
        s: mark('stopped'),
      });
      m.result('the second turn', turns$.pipe(skip(1), mergeAll())).toBe('----------------------c----e----|', {
        c: text('Yes?'),
        e: finish('STOP'),
      });
    },
  },
  {
    name: 'answerCalls',
    alt: 'Each call of a function is answered when its tool has a result; a call that the model cancels is not.',
    play(m) {
      const weather: ChatTool = {
        declaration: { description: 'The temperature in a city.' },
        run: ({ city }) => timer(10).pipe(map(() => `21 °C in ${String(city)}`)),
      };
      const messages$ = m.input(
        'messages of the session',
        '--a---------b----c-------|',
        { a: calls('1', 'Rome'), b: calls('2', 'Oslo'), c: { toolCallCancellation: { ids: ['2'] } } },
        lookOfMessage,
      );
      m.code('answerCalls({ weather })');
      m.result('messages for the model', messages$.pipe(answerCalls({ weather })), { show: lookOfAnswer }).toBe(
        '------------a------------|',
        { a: value('21 °C in Rome') },
      );
    },
  },
];

function lookOfMessage({ serverContent, toolCall }: LiveMessage): Look {
  const [call] = toolCall?.functionCalls ?? [];
  if (call) return value('weather()', String(call.args?.['city']));
  if (!serverContent) return value('cancels', 'Oslo');
  const [part] = serverContent.modelTurn?.parts ?? [];
  if (part?.text) return text(part.text);
  return value(serverContent.interrupted ? 'interrupted' : 'turnComplete');
}

function lookOfAnswer({ toolResponse }: LiveInput): Look {
  const [response] = [toolResponse?.functionResponses ?? []].flat();
  return value(String(response?.response?.['output']));
}
