import { JsonPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { ToolRun } from 'rxjs-gemini';

/** A call of a tool: how it stands, and on demand its arguments and its result. */
@Component({
  selector: 'app-tool-run',
  imports: [JsonPipe],
  template: `
    <details class="tool" [attr.data-state]="state()">
      <summary>
        <code>{{ run().call.name }}</code>
        <span class="state">{{ label() }}</span>
        @if (progress(); as text) {
          <span class="latest" dir="auto">{{ text }}</span>
        }
      </summary>
      <p>Arguments</p>
      <pre dir="ltr" tabindex="0">{{ run().call.args | json }}</pre>
      @if (run().response; as response) {
        <p>Result</p>
        <pre dir="ltr" tabindex="0">{{ response | json }}</pre>
      }
    </details>
  `,
  styleUrl: './toolRunView.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ToolRunView {
  readonly run = input.required<ToolRun>();

  protected readonly state = computed(() => states[this.run().status]);
  protected readonly label = computed(() => {
    const { status } = this.run();
    return status === 'denied' || status === 'cancelled' ? status : states[status];
  });
  protected readonly progress = computed(() => {
    const { progress } = this.run();
    return typeof progress === 'string' ? progress : undefined;
  });
}

const states: Readonly<Record<ToolRun['status'], 'running' | 'done' | 'failed'>> = {
  waiting: 'running',
  approving: 'running',
  running: 'running',
  complete: 'done',
  failed: 'failed',
  denied: 'failed',
  cancelled: 'failed',
};
