import { HttpAgent } from '@ag-ui/client';
import type * as ai7 from 'ai';

/** A call that the browser must answer. */
interface BrowserCall {
  readonly id: string;
  readonly name: string;
  readonly n: number;
}

/** A chat of a front end. */
export interface BrowserChat {
  /** Sends a message, and waits for the end of the reply. */
  ask(text: string): Promise<void>;
  /** The calls without a response. */
  openCalls(): BrowserCall[];
  /** Answers all open calls, in this order, and waits for the end of the next reply. */
  answer(calls: readonly BrowserCall[]): Promise<void>;
}

type AiSdk = Pick<typeof ai7, 'AbstractChat' | 'DefaultChatTransport' | 'lastAssistantMessageIsCompleteWithToolCalls'>;

/** A chat of a version of the AI SDK, over a state as the bindings of its frameworks have it. */
export function aiSdkChat(version: AiSdk): BrowserChat {
  const failures: Error[] = [];
  let onEnd: () => void = () => {};
  const state = {
    status: 'ready',
    error: undefined,
    messages: [] as ai7.UIMessage[],
    pushMessage(message: ai7.UIMessage) {
      this.messages = [...this.messages, message];
    },
    popMessage() {
      this.messages = this.messages.slice(0, -1);
    },
    replaceMessage(at: number, message: ai7.UIMessage) {
      this.messages = this.messages.with(at, message);
    },
    snapshot: structuredClone,
  };
  class StateChat extends version.AbstractChat<ai7.UIMessage> {}
  const chat = new StateChat({
    generateId: () => crypto.randomUUID(),
    state: state as never,
    transport: new version.DefaultChatTransport({ api: 'http://localhost/api/chat' }),
    sendAutomaticallyWhen: version.lastAssistantMessageIsCompleteWithToolCalls,
    onError: (error) => void failures.push(error),
    onFinish: () => {
      onEnd();
    },
  });
  const throwFailure = () => {
    if (failures[0]) throw failures[0];
  };
  return {
    async ask(text) {
      await chat.sendMessage({ text });
      throwFailure();
    },
    openCalls: () =>
      chat.messages.at(-1)!.parts.flatMap((part) => {
        if (part.type !== 'dynamic-tool' || part.state !== 'input-available' || part.providerExecuted) return [];
        return [{ id: part.toolCallId, name: part.toolName, n: (part.input as { n: number }).n }];
      }),
    async answer(calls) {
      // The last output makes the chat send its next request, which `addToolOutput` does not wait for.
      const ended = new Promise<void>((resolve) => {
        // The chat finishes its own work in the same turn of the event loop.
        onEnd = () => void setImmediate(resolve);
      });
      for (const { id, name, n } of calls) {
        await chat.addToolOutput({ tool: name as never, toolCallId: id, output: { browser: n } as never });
      }
      await ended;
      throwFailure();
    },
  };
}

/** A chat of a version of the agent of AG-UI. */
export function agUiChat(Agent: typeof HttpAgent): BrowserChat {
  const agent = new Agent({ url: 'http://localhost/api/agent', threadId: 't' });
  const run = async () => {
    const failures: { readonly message: string; readonly code?: string | undefined }[] = [];
    await agent.runAgent({ runId: crypto.randomUUID() }, { onRunErrorEvent: ({ event }) => void failures.push(event) });
    const [failure] = failures;
    if (failure) throw new Error(failure.message);
  };
  return {
    async ask(text) {
      agent.addMessage({ id: crypto.randomUUID(), role: 'user', content: text });
      await run();
    },
    openCalls() {
      const answered = agent.messages.map((message) => message.role === 'tool' && message.toolCallId);
      const calls = agent.messages.flatMap((message) => (message.role === 'assistant' && message.toolCalls) || []);
      return calls
        .filter(({ id }) => !answered.includes(id))
        .map(({ id, function: { name, arguments: args } }) => ({ id, name, n: (JSON.parse(args) as { n: number }).n }));
    },
    async answer(calls) {
      for (const { id, n } of calls) {
        const content = JSON.stringify({ browser: n });
        agent.addMessage({ id: crypto.randomUUID(), role: 'tool', toolCallId: id, content });
      }
      await run();
    },
  };
}
