import type { EmulatorReply } from 'rxjs-gemini/emulator';

/** The answer of the emulator, which knows the questions that the page suggests. Long enough for a second tab. */
export const emulatedReply: EmulatorReply = ({ prompt }) => {
  const text = answers.find(([pattern]) => pattern.test(prompt))?.[1] ?? `${quoted(prompt)}\n\n${tour}`;
  return { firstDelay: 400, pace: 90, text };
};

function quoted(prompt: string): string {
  return prompt.replaceAll(/^/gm, '> ');
}

const tour = `This comes from **a local emulator**, not from a model: it speaks Gemini's wire protocol, needs no key and costs nothing. Set \`GEMINI_API_KEY\` and start the server again for a real answer.

## Things to try while the words still come

1. **Open this page in a second tab.** It gets all that it missed in one piece, and then each word at the same moment as this one. However many tabs watch, there is *one* request to the model: \`shareReply\` takes care of that.
2. **Press Stop in either of them.** The reply ends in both, and the server closes its request in that moment, so that the model stops writing what nobody wants to read.
3. **Close the last tab.** Nobody watches any more, and three seconds later the request is gone.

A tab that is slow, on a bad line for example, holds nobody up. What it cannot take yet is merged on the server into one piece that waits for it, and it catches up with a single message. Lose the connection, and the page opens a new one by itself: what went on meanwhile is there when it comes back.`;

const code = `Any number of subscribers can watch one reply. The first one makes the request, and whoever comes later gets the text so far as one chunk:

\`\`\`ts
import { GoogleGenAI } from '@google/genai';
import { fromGemini, shareReply, toText } from 'rxjs-gemini';

const ai = new GoogleGenAI({});
const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Tell me a story' }).pipe(
  shareReply({ grace: 3_000 }),
);

// Two readers, one request.
reply$.pipe(toText()).subscribe((text) => process.stdout.write(text));
reply$.subscribe({ complete: () => console.log('The end') });
\`\`\`

On a server, each of them is a socket:

\`\`\`ts
sockets.on('connection', (socket) => {
  void serveWebSocket(socket, () => reply$);
});
\`\`\`

- \`grace\` keeps the request open for a page that reloads.
- When the last reader has left, the request is **closed**.`;

const table = `Both carry a reply word by word; they differ in what else they can do.

| | WebSocket | Server-sent events |
| --- | --- | --- |
| Direction | both ways | from the server only |
| Many replies at once | over one socket | one connection each, six under HTTP/1.1 |
| Connects again | by your own code | by itself, with \`Last-Event-ID\` |
| Passes proxies | after an upgrade | as any response |
| A slow reader shows in | \`bufferedAmount\` | the stream's backpressure |
| In this library | \`serveWebSocket\` | \`toSseResponse\`, \`fromSse\` |

**In short:** take server-sent events for one answer to one person, and a WebSocket where people share a room, as here.`;

const checklist = `Before you put a room like this on the internet:

- **Who may enter?** Check a session on the upgrade, next to \`Origin\` and \`Host\`.
- **Who may ask?** Give each person a share:
  - of the requests at once and in a minute,
  - of the length of a prompt,
  - and of the money.
- **Who may stop?** Here it is everybody in the room.
- **What is kept?** Bound it by bytes, not only by number.

> A limit that nobody can see looks like a fault. So this page shows the place in the queue.`;

const answers: readonly (readonly [RegExp, string])[] = [
  [/\btable\b|\bcompare\b/i, table],
  [/\bcode\b|\bshareReply\b/i, code],
  [/\blist\b|\bchecklist\b/i, checklist],
];
