// Sends replies to many subscribers, one way, in a process of its own. Prints ns of CPU a delivery, and of a whole reply
// with its subscriptions and its end.
import process from 'node:process';
import { Observable, Subject } from 'rxjs';
import { shareReply } from 'rxjs-gemini';
import { chunk } from 'rxjs-gemini/testing';
import { median } from './median.mjs';

const [way, subscribers, chunks] = process.argv.slice(2).map((arg, index) => (index === 0 ? arg : Number(arg)));
const pieces = Array.from({ length: chunks }, () => chunk('twelve chars'));
const length = pieces[0].text.length * chunks;

/** How a source is shared, and how it is then made to begin. */
const share = {
  Subject(source) {
    const subject = new Subject();
    return { shared$: subject, begin: () => source.subscribe(subject) };
  },
  // The first subscriber makes it begin.
  'shareReply()': (source) => ({ shared$: source.pipe(shareReply()), begin() {} }),
}[way];

/** Replies before the measured ones: the first are read by code that is not compiled yet. */
const warmUp = 3;
const measured = 10;
for (let reply = 0; reply < warmUp; reply++) read();
const costs = Array.from({ length: measured }, read);
const each = (name) => (1000 * median(costs.map((cost) => cost[name]))) / (chunks * subscribers);
process.stdout.write(JSON.stringify({ delivery: each('delivery'), reply: each('reply') }));

/** CPU in µs. */
function read() {
  globalThis.gc();
  let model;
  const { shared$, begin } = share(new Observable((destination) => (model = destination)));
  const lengths = new Float64Array(subscribers);
  let completed = 0;
  const start = cpu();
  for (let index = 0; index < subscribers; index++) {
    shared$.subscribe({
      next: ({ text }) => (lengths[index] += text.length),
      complete: () => completed++,
    });
  }
  begin();
  const begunAt = cpu();
  for (const piece of pieces) model.next(piece);
  const delivery = cpu() - begunAt;
  model.complete();
  const reply = cpu() - start;
  if (completed !== subscribers || lengths.some((read) => read !== length)) throw new Error(`${way} lost text`);
  return { delivery, reply };
}

function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
