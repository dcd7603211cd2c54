import { HttpAgent, type Message, type Tool, type ToolCall } from '@ag-ui/client';

/** The tools that run in this page. */
const tools: Tool[] = [
  {
    name: 'paint',
    description: 'Paints a stripe at the top of the page.',
    parameters: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
  },
];

const agent = new HttpAgent({ url: '/' });
const [messages, status, composer] = [element('ol'), element('#status'), element('form')];
const [prompt, ask, stop] = [
  element<HTMLInputElement>('#prompt'),
  element<HTMLButtonElement>('#ask'),
  element('#stop'),
];

agent.subscribe({
  onMessagesChanged: () => show(),
  onRunErrorEvent: ({ event }) => tell(event.code === 'abort' ? 'stopped' : 'failed', event.message),
  onRunFailed: ({ error }) => tell('failed', error.message),
});
composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const content = prompt.value.trim();
  if (content === '' || agent.isRunning) return;
  prompt.value = '';
  agent.addMessage({ id: crypto.randomUUID(), role: 'user', content });
  void answer();
});
stop.addEventListener('click', () => agent.abortRun());

/** Runs the agent, then the tools of this page that it called, and the agent again with their results. */
async function answer(): Promise<void> {
  tell('running', 'Answering…');
  show();
  try {
    do await agent.runAgent({ tools });
    while (status.dataset['status'] === 'running' && runOwnTools());
    if (status.dataset['status'] === 'running') tell('ready', '');
  } catch {
    // Told by `onRunFailed`.
  }
}

function runOwnTools(): boolean {
  const answered = new Set(agent.messages.map((message) => (message.role === 'tool' ? message.toolCallId : undefined)));
  const open = agent.messages.flatMap(callsOf).filter(({ id }) => !answered.has(id));
  for (const call of open) {
    agent.addMessage({ id: crypto.randomUUID(), role: 'tool', toolCallId: call.id, content: paint(call) });
  }
  return open.length > 0;
}

function paint({ function: { arguments: json } }: ToolCall): string {
  const { color } = JSON.parse(json) as { readonly color?: unknown };
  document.body.style.borderTopColor = String(color);
  return JSON.stringify({ painted: color });
}

function callsOf(message: Message): ToolCall[] {
  return (message.role === 'assistant' && message.toolCalls) || [];
}

function tell(state: string, text: string): void {
  status.dataset['status'] = state;
  status.textContent = text;
  // It keeps its place: the second click of a double click must not hit Stop.
  ask.disabled = state === 'running';
  stop.hidden = state !== 'running';
}

function show(): void {
  messages.replaceChildren(...agent.messages.flatMap(itemsOf));
}

function itemsOf(message: Message): HTMLElement[] {
  const calls = callsOf(message).map((call) => item('tool', `${call.function.name} ${call.function.arguments}`));
  const text = typeof message.content === 'string' ? message.content : '';
  const role = message.role === 'tool' ? `→ ${text}` : text;
  return text === '' ? calls : [item(message.role, role), ...calls];
}

function item(role: string, text: string): HTMLElement {
  const made = document.createElement('li');
  made.dataset['role'] = role;
  made.dir = 'auto';
  made.textContent = text;
  return made;
}

function element<E extends HTMLElement = HTMLElement>(selector: string): E {
  const found = document.querySelector<E>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}
