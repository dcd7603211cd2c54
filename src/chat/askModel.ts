import { defer, forkJoin, identity, switchMap, type Observable } from 'rxjs';
import { classifyErrors } from '../../operators/classifyErrors.js';
import type { Content } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { typeError } from '../internal/assertions.js';
import { fromGemini } from '../sources/fromGemini.js';
import { tokensOf, type ChatClient } from './chatClient.js';
import type { ChatOptions } from './chatOptions.js';
import { sentContents } from './sentContents.js';
import { SendWindow } from './sendWindow.js';
import type { ToolBox } from './toolBox.js';
import type { Turn } from './turn.js';

type Asking<P> = Pick<ChatOptions<P>, 'model' | 'config' | 'pipe'> & Required<Pick<ChatOptions<P>, 'window'>>;

/** Makes what sends turns to the model: one request each time that its result is subscribed. */
export function askModel<P>(
  ai: ChatClient<P>,
  options: Asking<P>,
  toolBox: ToolBox,
): (turns: readonly Turn[]) => Observable<GeminiChunk> {
  const { model, config, window = {}, pipe = identity } = options;
  const sendWindow = new SendWindow(window, (turns) => tokensOf(ai, model, sentContents(turns)));
  if (window.tokens !== undefined && typeof ai.models.countTokens !== 'function') {
    throw typeError('ai', 'a client with `models.countTokens`, for a window of tokens', ai);
  }

  const request = (contents: Content[], declared: readonly object[]): Observable<GeminiChunk> => {
    const own: { readonly tools?: readonly object[] } = config ?? {};
    const tools = [...(own.tools ?? []), ...declared];
    const params = { model, contents, config: tools.length === 0 ? own : { ...own, tools } };
    // What a client takes is not ours to know, but that it takes these.
    return pipe(fromGemini(ai, params as P));
  };
  return (turns) =>
    defer(() => forkJoin([sendWindow.fit(turns), toolBox.declare()])).pipe(
      switchMap(([sent, declared]) => request(sentContents(sent), declared)),
      classifyErrors(),
    );
}
