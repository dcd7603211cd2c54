import { GoogleGenAI, type LiveConnectConfig, type LiveServerMessage, type Session } from '@google/genai';
import { type Emulator, type EmulatorOptions, startEmulator } from 'rxjs-gemini/emulator';

/** The end of a connection, as the SDK reports it. */
interface SeenClose {
  readonly code: number;
  readonly reason: string;
}

/** A session of the real SDK, with what it has received. */
export interface LiveClientSession {
  readonly session: Session;
  readonly messages: LiveServerMessage[];
  readonly closed: Promise<SeenClose>;
  /** Resolves once a message fits. */
  waitFor(fits: (message: LiveServerMessage) => unknown): Promise<LiveServerMessage>;
}

/** Opens a session of the real SDK with an emulator. */
export async function connectLive(
  emulator: Emulator,
  config: LiveConnectConfig = { responseModalities: ['TEXT' as never] },
  options: { apiKey?: string; apiVersion?: string } = {},
): Promise<LiveClientSession> {
  const { apiKey = 'any', apiVersion = 'v1beta' } = options;
  const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: emulator.url, apiVersion } });
  const messages: LiveServerMessage[] = [];
  const waits = new Set<() => void>();
  let close: (seen: SeenClose) => void = () => undefined;
  const closed = new Promise<SeenClose>((resolve) => {
    close = resolve;
  });
  const failed = closed.then(({ code, reason }) => {
    throw new Error(`closed ${String(code)} ${reason}`);
  });
  failed.catch(() => undefined);
  const opened = ai.live.connect({
    model: 'gemini-live-2.5-flash-preview',
    config,
    callbacks: {
      onmessage: (message) => {
        messages.push(message);
        for (const check of [...waits]) check();
      },
      onclose: ({ code, reason }) => {
        close({ code, reason });
      },
    },
  });
  const waitFor: LiveClientSession['waitFor'] = (fits) =>
    Promise.race([
      failed,
      new Promise<LiveServerMessage>((resolve) => {
        const check = () => {
          const message = messages.find(fits);
          if (!message) return;
          waits.delete(check);
          resolve(message);
        };
        waits.add(check);
        check();
      }),
    ]);
  const session = await Promise.race([opened, failed]);
  // SDK 1 resolves before.
  await waitFor(({ setupComplete }) => setupComplete);
  return { session, messages, closed, waitFor };
}

/** Runs a test with an emulator, which is closed after it. */
export async function withEmulator(
  options: EmulatorOptions,
  test: (emulator: Emulator) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator(options);
  try {
    await test(emulator);
  } finally {
    await emulator.close();
  }
}

/** The text of the turns in messages. */
export function textOf(messages: readonly LiveServerMessage[]): string {
  return messages
    .flatMap(({ serverContent }) => serverContent?.modelTurn?.parts ?? [])
    .map(({ text = '' }) => text)
    .join('');
}

/** Whether a message ends a turn. */
export function isTurnComplete({ serverContent }: LiveServerMessage): boolean {
  return serverContent?.turnComplete === true;
}
