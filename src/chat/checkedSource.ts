import { assertOptions, typeError } from '../rx/assertions.js';
import { isClient } from '../sources/client.js';
import type { ChatClient } from './chatClient.js';
import { checkedClientOptions, checkedSourceOptions, type SourceFields } from './chatOptions.js';
import type { ChatSource } from './chatSource.js';
import { openerOfClient, openerOfSource, type ReplyOpener } from './replyOpener.js';

/** The source of the replies, and the options that are for it. */
interface CheckedSource<O> {
  readonly opener: ReplyOpener;
  readonly config: object;
  /** All options. */
  readonly settings: O;
}

/** @throws TypeError - If `source` is neither a client nor a function, or an option that depends on it is wrong. */
export function checkedSource<P, O extends SourceFields>(
  source: ChatClient<P> | ChatSource,
  options: O | undefined,
): CheckedSource<O> {
  if (typeof source === 'function') {
    const settings = options === undefined ? {} : (options as object);
    assertOptions(settings);
    return { opener: openerOfSource(source), ...checkedSourceOptions(settings), settings: settings as O };
  }
  if (!isClient(source, 'generateContentStream')) {
    throw typeError('source', 'a client of @google/genai or a function (a ChatSource)', source);
  }
  assertOptions(options);
  const settings: unknown = options;
  const { model, config } = checkedClientOptions(settings as SourceFields);
  return { opener: openerOfClient(source, model), config, settings: settings as O };
}
