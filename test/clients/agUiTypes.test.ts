import type { AGUIEvent, EventType, RunAgentInput } from '@ag-ui/client';
import type { EventType as OldEventType, RunAgentInput as OldInput } from '@ag-ui/client-old';
import type { AgUiEvent, AgUiInput, AgUiRun } from 'rxjs-gemini/ag-ui';
import { describe, expectTypeOf, it } from 'vitest';

/** The events by their names: ours are strings, those of AG-UI are members of an enum, to which no string is assignable. */
type ByName<Event extends { type: string }> = {
  [Type in Event['type'] as `${Type}`]: Omit<Extract<Event, { type: Type }>, 'type'>;
};

describe('the types of AG-UI', () => {
  it('have inputs that are ours', () => {
    expectTypeOf<RunAgentInput>().toExtend<AgUiInput>();
    expectTypeOf<OldInput>().toExtend<AgUiInput>();
    expectTypeOf<RunAgentInput>().toExtend<AgUiRun>();
    expectTypeOf<OldInput>().toExtend<AgUiRun>();
  });

  it('accept our events', () => {
    expectTypeOf<AgUiEvent['type']>().toExtend<`${EventType}`>();
    expectTypeOf<AgUiEvent['type']>().toExtend<`${OldEventType}`>();
    expectTypeOf<Ours>().toExtend<Pick<New, keyof Ours>>();
  });
});

type Ours = ByName<AgUiEvent>;
type New = ByName<AGUIEvent>;
