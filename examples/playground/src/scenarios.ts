/** The id by which the emulator chooses an answer. */
export const scenarioHeader = 'x-playground-scenario';
/** Requests of one run, a retry and its first, share it. */
export const runHeader = 'x-playground-run';

/** The behaviour of the model, or of the network, in a run. */
export interface Scenario {
  readonly id: string;
  readonly label: string;
  /** The fault, and the operator that helps. */
  readonly hint: string;
  readonly helps: readonly string[];
}

export const normal: Scenario = {
  id: 'normal',
  label: 'Start a reply',
  hint: 'The model writes in scraps of any size, at no even pace. Switch operators on, and look at the lower row.',
  helps: [],
};

export const faults: readonly Scenario[] = [
  {
    id: 'slow',
    label: 'Slow start',
    hint: 'Nothing comes for five seconds. timeoutReply gives up sooner, and retryTransient asks again.',
    helps: ['timeoutReply', 'retryTransient'],
  },
  {
    id: 'stall',
    label: 'Stall',
    hint: 'The model falls silent in the middle for four seconds. timeoutReply says so instead of waiting.',
    helps: ['timeoutReply'],
  },
  {
    id: 'drop',
    label: 'Drop',
    hint: 'The connection breaks in the middle. resumeOnDrop goes on where the reply broke off.',
    helps: ['resumeOnDrop'],
  },
  {
    id: 'busy',
    label: '429',
    hint: 'Too many requests. retryTransient waits as long as the server asks, and tries again.',
    helps: ['retryTransient'],
  },
  {
    id: 'safety',
    label: 'Safety block',
    hint: 'The model stops for safety. The SDK calls that a success; classifyErrors makes it a typed error.',
    helps: ['classifyErrors'],
  },
];
