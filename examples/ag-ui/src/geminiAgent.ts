import { AbstractAgent, type AgentConfig, type BaseEvent, type RunAgentInput } from '@ag-ui/client';
import type { GoogleGenAI } from '@google/genai';
import { defer, Subject, type Observable } from 'rxjs';
import { answerContents, takeUntilCancel, toFormat, type ChatTools, type GeminiChunk } from 'rxjs-gemini';
import { agUiEvents, configFromAgUi, contentsFromAgUi } from 'rxjs-gemini/ag-ui';

const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

/** An agent of AG-UI. A run asks the model on subscription; unsubscribing closes the request. */
export class GeminiAgent extends AbstractAgent {
  readonly #ai: GoogleGenAI;
  readonly #tools: ChatTools;
  readonly #cancel$ = new Subject<string>();

  /** @param tools - The tools that run here; those of the client come with each run. */
  constructor(ai: GoogleGenAI, tools: ChatTools, config?: AgentConfig) {
    super(config);
    this.#ai = ai;
    this.#tools = tools;
  }

  /** The reply as chunks, for a route of a server. */
  answer(input: RunAgentInput): Observable<GeminiChunk> {
    const { tools: declaredTools, ...config } = configFromAgUi(input);
    const contents = contentsFromAgUi(input);
    return answerContents(this.#ai, { model, contents, config, declaredTools, tools: this.#tools });
  }

  /** The reply as events, for a client in the same process, such as the runtime of CopilotKit. */
  override run(input: RunAgentInput): Observable<BaseEvent> {
    const events$ = defer(() => this.answer(input)).pipe(takeUntilCancel(this.#cancel$), toFormat(agUiEvents(input)));
    // The types of AG-UI have an enum for the names of events.
    return events$ as Observable<object> as Observable<BaseEvent>;
  }

  override abortRun(): void {
    this.#cancel$.next('stopped');
  }

  override clone(): GeminiAgent {
    return Object.assign(new GeminiAgent(this.#ai, this.#tools), super.clone());
  }
}
