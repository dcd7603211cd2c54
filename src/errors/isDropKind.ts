import type { Resumed } from '../chunk/annotations.js';
import type { GeminiErrorKind } from './kinds.js';

/** Whether a failure of that kind broke a reply that another request may continue. */
export function isDropKind(kind: GeminiErrorKind): kind is Resumed['kind'] {
  return dropKinds.has(kind);
}

const dropKinds: ReadonlySet<string> = new Set<Resumed['kind']>([
  'network',
  'truncated',
  'overloaded',
  'server',
  'timeout',
]);
