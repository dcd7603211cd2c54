import { GoogleGenAI } from '@google/genai';
import {
  catchError,
  debounceTime,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  shareReplay,
  startWith,
  switchMap,
  takeUntil,
  tap,
  withLatestFrom,
  type Observable,
} from 'rxjs';
import type { ReplySnapshot } from 'rxjs-gemini';
import { codeOf } from './code.ts';
import { controls } from './controls.ts';
import { byId } from './element.ts';
import { Gauges } from './gauges.ts';
import { MarbleDiagram } from './marbles.ts';
import { textMark, watch, type Mark } from './marks.ts';
import { Outcome } from './outcome.ts';
import { pipeline } from './pipeline.ts';
import { normal, runHeader, scenarioHeader, type Scenario } from './scenarios.ts';
import { serverNews } from './serverNews.ts';
import { TextPanel } from './text.ts';

const diagram = new MarbleDiagram(byId<SVGSVGElement>('diagram'));
const gauges = new Gauges();
const outcome = new Outcome();
const rawText = new TextPanel('raw', 'chunks');
const outputText = new TextPanel('output', 'updates');
const { play$, change$, cancel$, copy$, settings, showRun, showCopied } = controls();

/** One run, from the request to the last marble. */
function play(ai: GoogleGenAI, scenario: Scenario): Observable<ReplySnapshot> {
  return defer(() => {
    const current = settings();
    const run = crypto.randomUUID();
    const params = {
      model: 'gemini-2.5-flash',
      contents: 'Why is the sky blue?',
      config: { httpOptions: { headers: { [runHeader]: run, [scenarioHeader]: scenario.id } } },
    };
    const onRaw = (mark: Mark) => {
      diagram.mark('raw', mark);
      rawText.mark(mark);
    };
    const onOutput = (mark: Mark) => {
      diagram.mark('output', mark);
      outputText.mark(mark);
      if (mark.type === 'leave') outcome.left();
    };
    let reply: ReplySnapshot | undefined;
    const marksOf = (next: ReplySnapshot): readonly Mark[] => {
      const at = reply?.text.length ?? 0;
      reply = next;
      const added = textMark(at, next.text.slice(at));
      return next.cancelled ? [...added, { type: 'cancelled' }] : added;
    };

    diagram.begin();
    gauges.begin();
    rawText.begin();
    outputText.begin();
    outcome.begin(run, scenario.hint);
    showRun(scenario, true);
    return pipeline(ai, { params, expectedTokens: 200 }, current, cancel$, {
      onRaw,
      onRetry: (notice) => outcome.retrying(notice),
      onChunk: (chunk) => {
        const { text, resumed } = chunk;
        gauges.show(chunk);
        if (resumed) outcome.resumed(resumed);
        else if (text !== '') outcome.streaming();
      },
    }).pipe(
      watch(marksOf, onOutput),
      tap({
        error: (error: unknown) => outcome.failed(error),
        complete: () => outcome.ended(reply),
      }),
      // Without `takeUntilCancel`, Cancel is an unsubscription.
      takeUntil(current.takeUntilCancel.on ? NEVER : cancel$),
      catchError(() => EMPTY),
      finalize(() => showRun(scenario, false)),
    );
  });
}

const ai$ = serverNews().pipe(
  tap((news) => outcome.serverSays(news)),
  filter((news) => news.type === 'ready'),
  map(({ url }) => url),
  distinctUntilChanged(),
  // No key: the emulator wants none, and a page must never have one.
  map((baseUrl) => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl } })),
);
const scenario$ = play$.pipe(startWith(normal), shareReplay({ bufferSize: 1, refCount: true }));
const again$ = change$.pipe(
  debounceTime(200),
  withLatestFrom(scenario$),
  map(([, scenario]) => scenario),
);

copy$.pipe(switchMap(() => navigator.clipboard.writeText(codeOf(settings())))).subscribe(() => showCopied());
ai$.pipe(switchMap((ai) => merge(scenario$, again$).pipe(switchMap((scenario) => play(ai, scenario))))).subscribe();
