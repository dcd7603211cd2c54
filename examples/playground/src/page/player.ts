import type { Program } from '../run/protocol.ts';
import { Runner } from '../run/runner.ts';
import { Stage } from '../stage/stage.ts';
import { openingCode } from './content.ts';
import type { CodePanel } from './codePanel.ts';
import { byId } from './element.ts';
import { Outcomes } from './outcomes.ts';

/** The run on the stage: its state on the page, its buttons, and its failures at the code. */
export class Player {
  readonly stage = new Stage(byId('stage'));
  readonly #runner = new Runner(openingCode);
  readonly #outcomes = new Outcomes();
  readonly #panel: CodePanel;

  constructor(panel: CodePanel) {
    this.#panel = panel;
    byId('stop').addEventListener('click', () => {
      this.stop();
      byId('play').focus();
    });
  }

  play(program: Program, caption: string, expectedText: string | undefined): void {
    this.stop();
    this.#panel.clearFailure();
    this.#show('playing');
    let hasBegun = false;
    this.#runner.run(program, {
      onBegin: (rows) => {
        hasBegun = true;
        this.stage.begin(rows, { caption, ...(expectedText !== undefined && { expectedText }) });
        this.#outcomes.begin(rows, expectedText);
      },
      onEvents: (events) => {
        this.stage.add(events);
        this.#outcomes.add(events);
      },
      onFailure: (failure) => void this.#panel.showFailure(failure),
      onEnd: () => {
        const closed = this.#outcomes.closeOpenRows();
        if (closed.length > 0) {
          this.stage.add(closed);
          this.#outcomes.add(closed);
        }
        if (hasBegun) this.stage.end();
        this.#show('ended');
        byId('status').textContent = hasBegun ? this.#outcomes.sentences : '';
      },
    });
  }

  stop(): void {
    this.#runner.stop();
  }

  #show(run: 'playing' | 'ended'): void {
    document.body.dataset['run'] = run;
    byId('stop').hidden = run !== 'playing';
    byId('play').textContent = run === 'playing' ? 'Restart' : 'Play again';
    if (run === 'playing') byId('status').textContent = '';
  }
}
