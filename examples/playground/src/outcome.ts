import { isGeminiError, type ReplySnapshot, type RetryInfo } from 'rxjs-gemini';
import { byId, html } from './element.ts';
import type { ServerNews } from './serverNews.ts';

/** The status of the reply in a sentence, and beside it the server's report. */
export class Outcome {
  readonly #status = byId('status');
  readonly #server = byId('server');
  #run = '';
  #latestRequest = -1;
  #hint = '';

  begin(run: string, hint: string): void {
    this.#run = run;
    this.#hint = hint;
    this.#show('waiting', 'waiting', hint);
  }

  /** Keeps the sentence about a seam. */
  streaming(): void {
    if (this.#status.dataset['state'] !== 'streaming') this.#show('streaming', 'streaming', this.#hint);
  }

  retrying({ error, delay, attempt }: RetryInfo): void {
    const wait = delay === 0 ? 'at once' : `in ${String(Math.round(delay))} ms`;
    this.#show('waiting', error.kind, `${error.message} Retry ${String(attempt)} ${wait}.`);
  }

  resumed({ attempt, kind }: { attempt: number; kind: string }): void {
    this.#show('streaming', 'resumed', `The reply broke (${kind}) and goes on: resumption ${String(attempt)}.`);
  }

  ended(reply: ReplySnapshot | undefined): void {
    const kept = `${String(reply?.text.length ?? 0)} characters`;
    if (reply?.cancelled)
      this.#show('cancelled', 'cancelled', `Its connection is closed; what had come stays: ${kept}.`);
    else this.#show('complete', 'complete', `The whole reply is there: ${kept}.`);
  }

  left(): void {
    this.#show('cancelled', 'unsubscribed', 'The connection is closed, silently: nothing tells the view.');
  }

  failed(error: unknown): void {
    if (!isGeminiError(error)) {
      this.#show('failed', 'error', String(error));
      return;
    }
    const { kind, message, retryable, partial } = error;
    const kept = `error.partial keeps ${String(partial?.text.length ?? 0)} characters`;
    this.#show('failed', kind, `${message} · ${retryable ? 'retryable' : 'not retryable'} · ${kept}`);
  }

  serverSays(news: ServerNews): void {
    if (news.type === 'ready' || news.type === 'gone') {
      if (news.type === 'ready') this.#showServer('idle', 'ready');
      else this.#showServer('fault', 'not there; npm start starts it');
      return;
    }
    // Of another tab, of the run before, or of a request that a retry has replaced.
    if (news.run !== this.#run || news.request < this.#latestRequest) return;
    this.#latestRequest = news.request;
    if (news.type === 'open') this.#showServer('open', `request ${String(news.request + 1)} is open`);
    else this.#showServer(news.by, `${endings[news.by]} after ${String(news.chunks)} chunks`);
  }

  #show(state: string, badge: string, sentence: string): void {
    this.#status.dataset['state'] = state;
    this.#status.role = state === 'failed' ? 'alert' : 'status';
    this.#status.replaceChildren(html('strong', 'badge', badge), html('span', '', sentence));
  }

  #showServer(state: string, sentence: string): void {
    this.#server.dataset['state'] = state;
    this.#server.textContent = `server: ${sentence}`;
  }
}

const endings = { server: 'done', client: 'the page closed the connection', fault: 'broke the connection' };
