import { connect } from './connect.js';
import { ReplyView } from './replyView.js';

/**
 * @param {string} selector
 * @returns {any}
 */
const find = (selector) => document.querySelector(selector);

const [presence, welcome, list, notice] = ['#presence', '#welcome', '#replies', '#notice'].map(find);
const [composer, prompt, askButton] = ['#composer', '#prompt', '#ask'].map(find);

/**
 * The replies of the room, by id.
 *
 * @type {Map<string, ReplyView>}
 */
const views = new Map();

/** The ids of the replies that came over this connection. */
const watched = new Set();

/** The number of messages without a reply of their own. */
let said = 0;

/** Whether the person reads the end, and wants to go on reading it. */
let isAtEnd = true;

const { send } = connect({
  onOpen() {
    presence.dataset.connected = true;
    askButton.disabled = false;
  },
  onClose() {
    presence.dataset.connected = false;
    presence.textContent = 'Connecting again…';
    askButton.disabled = true;
    watched.clear();
  },
  onMessage({ news, reply, event, data }) {
    if (news) showNews(news);
    else if (views.has(reply)) showReply(/** @type {ReplyView} */ (views.get(reply)), event, data);
    else if (event === 'error') showNotice(data.message);
    if (isAtEnd) scrollTo({ top: document.body.scrollHeight });
  },
});

/** @param {{ present: number, asked: { id: string, prompt: string }[] }} news */
function showNews({ present, asked }) {
  presence.textContent = present === 1 ? 'Only you are here' : `${present} are here`;
  for (const { id, prompt } of asked) {
    const view = views.get(id) ?? addView(id, prompt);
    if (view.isOver || watched.has(id)) continue;
    // After a lost connection it comes whole: it went on without us.
    view.begin();
    watched.add(id);
    send({ reply: id, message: { watch: id } });
  }
  for (const [id, view] of views) {
    if (!view.isOver && !watched.has(id))
      view.fail({ kind: 'truncated', message: 'The reply broke off', retryable: true });
  }
  welcome.hidden = views.size > 0;
}

/**
 * @param {string} id
 * @param {string} prompt
 */
function addView(id, prompt) {
  const view = new ReplyView({ prompt, onStop: () => say({ stop: id }), onAgain: () => ask(prompt) });
  views.set(id, view);
  list.append(view.element);
  return view;
}

/**
 * @param {ReplyView} view
 * @param {'done' | 'error' | undefined} event
 * @param {any} data
 */
function showReply(view, event, data) {
  if (event === 'done') view.complete();
  else if (event === 'error') view.fail(data);
  else view.add(data);
}

/** @param {unknown} message - A message without a reply of its own. */
function say(message) {
  showNotice('');
  send({ reply: `said-${++said}`, message });
}

/** @param {string} text */
function ask(text) {
  isAtEnd = true;
  say({ ask: text });
}

/** @param {string} text */
function showNotice(text) {
  notice.textContent = text;
  notice.hidden = text === '';
}

composer.addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  if (askButton.disabled || prompt.value.trim() === '') return;
  ask(prompt.value);
  prompt.value = '';
});
prompt.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
  // Enter that ends the input of a word, in Japanese for example, is not meant for us.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});
addEventListener('scroll', () => {
  isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - 40;
});
