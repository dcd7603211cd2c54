import { announce } from './announce.js';
import { Bar } from './bar.js';
import { Composer } from './composer.js';
import { connect } from './connect.js';
import { Conversation } from './conversation.js';
import { find } from './find.js';
import { followEnd } from './followEnd.js';
import { Questions, refusalOf } from './questions.js';
import type { Failure, ServerMessage } from './wire.js';

const presence = find('#presence');
const questions = new Questions();
const bar = new Bar();
const view = followEnd(find('#jump'));

const conversation = new Conversation(
  { watch: (id) => send({ reply: id, message: { watch: id } }), stop: (id) => say({ stop: id }), ask },
  bar,
);
const composer = new Composer({
  ask,
  stop() {
    if (conversation.running !== undefined) say({ stop: conversation.running });
  },
});

const send = connect({
  onOpen() {
    presence.dataset['connected'] = 'true';
    composer.isConnected = true;
  },
  onClose() {
    if (presence.dataset['connected'] === 'true') announce('The connection is lost; connecting again');
    presence.dataset['connected'] = 'false';
    presence.textContent = 'Connecting again…';
    composer.isConnected = false;
    conversation.disconnect();
    const prompt = questions.endAll();
    if (prompt !== undefined) refuse('network', 'The connection broke before the room had your question.', prompt);
  },
  onMessage(message) {
    const { news } = message;
    if (news) {
      presence.textContent = news.present === 1 ? 'Only you are here' : `${news.present} are here`;
      conversation.tell(news);
    } else if (!conversation.receive(message)) hear(message);
    composer.canStop = conversation.running !== undefined;
  },
});

for (const button of document.querySelectorAll<HTMLElement>('#suggestions button'))
  button.addEventListener('click', () => ask(button.textContent));

/** The answer of the room to a message without a reply of its own. */
function hear({ reply = '', event, data }: ServerMessage): void {
  const prompt = questions.end(reply);
  const failure = data as Failure;
  if (event === 'error') refuse(failure.kind, refusalOf(failure), prompt);
}

function refuse(kind: string, words: string, prompt?: string): void {
  bar.refuse(kind, words);
  announce(words);
  if (prompt !== undefined) composer.restore(prompt);
}

function ask(prompt: string): void {
  view.follow();
  say({ ask: prompt }, prompt);
}

function say(message: unknown, prompt?: string): void {
  bar.clear();
  send({ reply: questions.add(prompt), message });
}
