/** A call of a tool, with the id that the client knows. */
export interface UnansweredCall {
  readonly id: string;
  readonly name: string;
}

/** A call and its response so far. */
interface HeldCall extends UnansweredCall {
  /** Whether a run of the tool has reported the result; the response itself follows. */
  hasResult: boolean;
  hasResponse: boolean;
}

/** Calls in their order. */
interface CallQueue {
  readonly calls: HeldCall[];
  /** The calls before are done. */
  start: number;
}

/** The call that a run or a response of a tool is for. */
interface Sought {
  readonly id?: string | undefined;
  readonly name: string;
}

/**
 * The calls of a reply that have no response. Matches the runs and the responses of tools to them, each in constant
 * time. An empty id counts as none: some servers send it.
 */
export class OpenCalls {
  readonly #ofRuns = new Map<string, CallQueue>();
  readonly #ofResponses = new Map<string, CallQueue>();
  #withoutResult = 0;
  #withoutResponse = 0;

  /** Whether a call has no result. */
  get hasUnanswered(): boolean {
    return this.#withoutResult > 0;
  }

  /** @param ownId - The id that the model gave. */
  add(call: UnansweredCall, ownId: string | undefined, args: object): void {
    const held = { ...call, hasResult: false, hasResponse: false };
    const { id, name } = call;
    this.#withoutResult += 1;
    this.#withoutResponse += 1;
    for (const key of new Set(ownId ? [id, ownId] : [id])) {
      addTo(this.#ofRuns, keyOf('id', key), held);
      addTo(this.#ofResponses, keyOf('id', key), held);
    }
    addTo(this.#ofRuns, keyOf('args', name, args), held);
    addTo(this.#ofResponses, keyOf('name', name), held);
    if (!ownId) addTo(this.#ofResponses, keyOf('anonymous', name), held);
  }

  /** Returns the call of a run: by its id, else the first of its name and its arguments. */
  running(sought: Sought, args: object): UnansweredCall | undefined {
    return this.#runOf(sought, args);
  }

  /** Returns the call of a run that has ended. */
  takeResult(sought: Sought, args: object): UnansweredCall | undefined {
    const call = this.#runOf(sought, args);
    if (call) this.#markResult(call);
    return call;
  }

  /**
   * Returns the call of a response: by its id, or the first of its name if one of the two has no id. Returns undefined
   * if the result was reported; such a call is matched all the same, because only the order tells apart calls without
   * ids.
   */
  takeResponse({ id, name }: Sought): UnansweredCall | undefined {
    const call =
      (id ? this.#firstOfResponses(keyOf('id', id)) : undefined) ??
      this.#firstOfResponses(keyOf('anonymous', name)) ??
      (id ? undefined : this.#firstOfResponses(keyOf('name', name)));
    if (!call) return undefined;
    const isNew = !call.hasResult;
    this.#markResult(call);
    call.hasResponse = true;
    this.#withoutResponse -= 1;
    if (this.#withoutResponse === 0) this.#clear();
    return isNew ? call : undefined;
  }

  #markResult(call: HeldCall): void {
    if (!call.hasResult) this.#withoutResult -= 1;
    call.hasResult = true;
  }

  #runOf({ id, name }: Sought, args: object): HeldCall | undefined {
    const key = id ? keyOf('id', id) : keyOf('args', name, args);
    return firstOf(this.#ofRuns.get(key), ({ hasResult }) => hasResult);
  }

  #firstOfResponses(key: string): HeldCall | undefined {
    return firstOf(this.#ofResponses.get(key), ({ hasResponse }) => hasResponse);
  }

  #clear(): void {
    this.#ofRuns.clear();
    this.#ofResponses.clear();
  }
}

function keyOf(...fields: readonly unknown[]): string {
  return JSON.stringify(fields);
}

function addTo(queues: Map<string, CallQueue>, key: string, call: HeldCall): void {
  const queue = queues.get(key);
  if (queue) queue.calls.push(call);
  else queues.set(key, { calls: [call], start: 0 });
}

/** A call that is done stays done, so that each is passed over once. */
function firstOf(queue: CallQueue | undefined, isDone: (call: HeldCall) => boolean): HeldCall | undefined {
  if (!queue) return undefined;
  for (; queue.start < queue.calls.length; queue.start++) {
    const call = queue.calls[queue.start];
    if (call && !isDone(call)) return call;
  }
  return undefined;
}
