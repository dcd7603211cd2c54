import type { OperatorName, Settings } from './settings.ts';

/** The pipe as it is set, for a visitor to take home. */
export function codeOf(settings: Settings): string {
  const { timeoutReply, retryTransient, bufferChunks, smoothText, renderEvery } = settings;
  const steps = (calls: readonly (readonly [name: OperatorName | undefined, code: string])[]) =>
    calls.filter(([name]) => !name || settings[name].on).map(([, code]) => `    ${code},`);

  return [
    'fromGemini(ai, params)',
    '  .pipe(',
    ...steps([
      ['timeoutReply', `timeoutReply({ first: ${String(timeoutReply.first)}, each: ${String(timeoutReply.each)} })`],
      [undefined, 'classifyErrors()'],
      ['retryTransient', `retryTransient({ count: ${String(retryTransient.count)} })`],
      [
        'resumeOnDrop',
        'resumeOnDrop({ continueWith: (partial) => fromGemini(ai, continueFrom(params, partial)).pipe(classifyErrors()) })',
      ],
      ['takeUntilCancel', 'takeUntilCancel(cancel$)'],
      [undefined, 'withProgress()'],
      [undefined, 'withMetrics()'],
    ]),
    '  )',
    '  .pipe(',
    ...steps([
      ['bufferChunks', `bufferChunks({ until: '${bufferChunks.until}' })`],
      ['smoothText', `smoothText({ by: '${smoothText.by}' })`],
      [undefined, 'accumulate()'],
      ['renderEvery', `renderEvery({ interval: ${String(renderEvery.interval)} })`],
    ]),
    '  )',
    '  .subscribe({ next: (reply) => show(reply.text), error: (error) => showError(error) });',
    '',
  ].join('\n');
}
