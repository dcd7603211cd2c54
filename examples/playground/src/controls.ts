import { fromEvent, map, merge, share, type Observable } from 'rxjs';
import { byId, html } from './element.ts';
import { faults, normal, type Scenario } from './scenarios.ts';
import { initialSettings, type OperatorName, type Settings } from './settings.ts';

interface Choice {
  readonly key: string;
  readonly values: readonly (string | number)[];
}

interface OperatorLine {
  readonly name: OperatorName;
  readonly says: string;
  readonly choices?: readonly Choice[];
  /** The argument that is shown instead of options. */
  readonly argument?: string;
}

/** The pipe, from top to bottom: the operators that can be switched, and those that are always there. */
const pipeLines: readonly (OperatorLine | string)[] = [
  {
    name: 'timeoutReply',
    says: 'Fails a reply that is slow, or falls silent.',
    choices: [
      { key: 'first', values: [1000, 2000, 4000] },
      { key: 'each', values: [1000, 1500, 3000] },
    ],
  },
  'classifyErrors()',
  {
    name: 'retryTransient',
    says: 'Asks again, as long as nothing was shown.',
    choices: [{ key: 'count', values: [1, 3, 5] }],
  },
  { name: 'resumeOnDrop', says: 'Another request where a reply breaks.', argument: '{ continueWith }' },
  { name: 'takeUntilCancel', says: 'Cancel closes the request, keeps the text.', argument: 'cancel$' },
  'withProgress(), withMetrics()',
  {
    name: 'bufferChunks',
    says: 'Whole words or sentences; nothing is lost.',
    choices: [{ key: 'until', values: ['word', 'sentence', 'paragraph'] }],
  },
  {
    name: 'smoothText',
    says: 'An even flow from text in bursts.',
    choices: [{ key: 'by', values: ['grapheme', 'word'] }],
  },
  'accumulate()',
  {
    name: 'renderEvery',
    says: 'The newest state, as often as it is drawn.',
    choices: [{ key: 'interval', values: [100, 250, 500, 1000] }],
  },
];

/** The actions of the visitor. */
export interface Controls {
  /** A run is asked for. */
  readonly play$: Observable<Scenario>;
  readonly cancel$: Observable<unknown>;
  /** An operator was switched, or given another option. */
  readonly change$: Observable<unknown>;
  readonly copy$: Observable<unknown>;
  readonly settings: () => Settings;
  /** Shows which run is on, and whether there is one to cancel. */
  readonly showRun: (scenario: Scenario, isRunning: boolean) => void;
  readonly showCopied: () => void;
}

export function controls(): Controls {
  const pipe = byId('pipe');
  pipe.append(...pipeLines.map((line) => (typeof line === 'string' ? fixedLine(line) : lineOf(line))));

  const start = byId<HTMLButtonElement>('start');
  const cancel = byId<HTMLButtonElement>('cancel');
  const copy = byId<HTMLButtonElement>('copy');
  const faultButtons = new Map<string, HTMLButtonElement>();
  for (const { id, label, hint } of faults) {
    const button = html('button', 'fault', label);
    button.type = 'button';
    button.title = hint;
    faultButtons.set(id, button);
  }
  byId('faults').append(...faultButtons.values());
  const clicks = [normal, ...faults].map((scenario) =>
    fromEvent(faultButtons.get(scenario.id) ?? start, 'click').pipe(map(() => scenario)),
  );

  return {
    play$: merge(...clicks),
    cancel$: fromEvent(cancel, 'click').pipe(
      map(() => 'the visitor pressed Cancel'),
      share(),
    ),
    change$: fromEvent(pipe, 'change'),
    copy$: fromEvent(copy, 'click'),
    settings: () => readSettings(pipe),
    showRun: (scenario, isRunning) => {
      cancel.disabled = !isRunning;
      for (const [id, button] of faultButtons) button.ariaPressed = String(id === scenario.id);
      for (const step of pipe.querySelectorAll<HTMLElement>('.step')) {
        step.classList.toggle('helps', scenario.helps.includes(step.dataset['operator'] ?? ''));
      }
      copy.textContent = 'Copy the code';
    },
    showCopied: () => {
      copy.textContent = 'Copied';
    },
  };
}

/** A line of the pipe, with a switch and its options. */
function lineOf({ name, says, choices, argument = '' }: OperatorLine): HTMLLIElement {
  const initial: Readonly<Record<string, unknown>> = initialSettings[name];
  const input = html('input', '');
  input.type = 'checkbox';
  input.role = 'switch';
  input.name = name;
  input.checked = initial['on'] === true;
  input.setAttribute('aria-describedby', `about-${name}`);
  const label = html('label', 'switch', input, html('code', 'name', name));
  const about = html('p', 'about', says);
  about.id = `about-${name}`;
  const options = choices?.flatMap(({ key, values }, index) => [
    index > 0 ? ', ' : '{ ',
    `${key}: `,
    selectOf(name, key, values, String(initial[key])),
  ]);
  const code = html('code', 'arguments', '(', ...(options ? [...options, ' }'] : [argument]), ')');
  const step = html('li', 'step', html('div', 'line', label, code), about);
  step.dataset['operator'] = name;
  return step;
}

function fixedLine(code: string): HTMLLIElement {
  const step = html('li', 'step fixed', html('code', 'name', code));
  step.dataset['operator'] = code.replace(/\(.*/, '');
  return step;
}

function selectOf(name: string, key: string, values: readonly (string | number)[], initial: string) {
  const select = html('select', '', ...values.map((value) => new Option(String(value))));
  select.name = `${name}.${key}`;
  select.value = initial;
  select.setAttribute('aria-label', `${key} of ${name}`);
  return select;
}

function readSettings(pipe: HTMLElement): Settings {
  const entries = Object.entries(initialSettings).map(([name, initial]) => {
    const input = pipe.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    const options = Object.entries(initial).map(([key, value]) => {
      if (key === 'on') return [key, input?.checked ?? false];
      const select = pipe.querySelector<HTMLSelectElement>(`select[name="${name}.${key}"]`);
      return [key, typeof value === 'number' ? Number(select?.value) : select?.value];
    });
    return [name, Object.fromEntries(options)];
  });
  // Each select has only the values that the type names.
  return Object.fromEntries(entries) as Settings;
}
