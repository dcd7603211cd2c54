import { defer, isObservable, map, type Observable } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { fromRequest } from '../sources/fromRequest.js';
import { geminiReply } from '../sources/geminiReply.js';
import { typeError } from '../rx/assertions.js';
import type { ChatClient } from './chatClient.js';
import type { ChatRequest, ChatSource, DeclaredTools } from './chatSource.js';

/** The way from a chat to its model. */
export interface ReplyOpener {
  /** Makes a request at each subscription to the result; calls back as the request goes out. */
  readonly open: (request: ChatRequest, onRequest: () => void) => Observable<GeminiChunk>;
  /** Counts the tokens of contents; absent if the model cannot be asked. An unsubscription aborts the request. */
  readonly countTokens?: ((contents: GeminiContent[]) => Observable<number>) | undefined;
}

/** Opens replies through a function of the user. A subscription to its result counts as a request. */
export function openerOfSource(source: ChatSource): ReplyOpener {
  return {
    open: (request, onRequest) =>
      defer(() => {
        const reply$: unknown = source(request);
        if (!isObservable(reply$)) throw typeError('source(request)', 'an Observable of chunks', reply$);
        onRequest();
        return reply$ as Observable<GeminiChunk>;
      }),
  };
}

/** Opens replies through a client's `generateContentStream`. */
export function openerOfClient<P>(ai: ChatClient<P>, model: string): ReplyOpener {
  const open: ReplyOpener['open'] = ({ contents, tools, config }, onRequest) => {
    const own: { readonly tools?: readonly object[] } = config;
    const params = {
      model,
      contents,
      config: tools.length === 0 ? own : { ...own, tools: [...withoutNames(own.tools ?? [], tools), ...tools] },
    };
    // The client's own type of parameters is unknown here; the client must accept these parameters.
    return geminiReply(ai, params as P, { isDirect: true, onRequest });
  };
  if (typeof ai.models.countTokens !== 'function') return { open };
  const countTokens = (contents: GeminiContent[]) =>
    fromRequest<{ readonly totalTokens?: number | undefined } | undefined>(() => ({
      async run({ destination, signal }) {
        destination.next(await ai.models.countTokens?.({ model, contents, config: { abortSignal: signal } }));
      },
    })).pipe(map((answer) => answer?.totalTokens ?? 0));
  return { open, countTokens };
}

/** Removes declarations whose name is declared again in `tools`: the service refuses a name that occurs twice. */
function withoutNames(declared: readonly DeclaredTools[], tools: readonly DeclaredTools[]): readonly DeclaredTools[] {
  const functionsOf = ({ functionDeclarations }: DeclaredTools) => functionDeclarations ?? [];
  const names = new Set(tools.flatMap(functionsOf).map(({ name }) => name));
  return declared.flatMap((tool) => {
    const functions = functionsOf(tool);
    const rest = functions.filter(({ name }) => !names.has(name));
    if (rest.length === functions.length) return [tool];
    const { functionDeclarations: _, ...others } = tool as DeclaredTools & Readonly<Record<string, unknown>>;
    const kept = rest.length > 0 ? { ...others, functionDeclarations: rest } : others;
    return Object.keys(kept).length > 0 ? [kept] : [];
  });
}
