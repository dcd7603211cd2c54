import { functionCallsOf, partsOf, type ReplyState, type ToolRun } from 'rxjs-gemini';

/** The tool runs of a reply whose server runs the tools. The messages of a chat have them as `runs`. */
export function runsOf(reply: ReplyState['reply']): ToolRun[] {
  const responses = partsOf(reply).flatMap(({ functionResponse }) => functionResponse ?? []);
  return functionCallsOf(reply).flatMap((call): ToolRun[] => {
    const answer = responses.find(({ id, name }) => (call.id ? id === call.id : name === call.name));
    if (answer) {
      const response = answer.response ?? {};
      return [{ call, response, status: Object.keys(response).join() === 'error' ? 'failed' : 'complete' }];
    }
    // The reply has the latest change of all runs: it is about one of them.
    const { tool } = reply;
    return [tool && isSame(tool.call, call) ? { ...tool, call } : { call, status: 'running' }];
  });
}

function isSame(one: ToolRun['call'], other: ToolRun['call']): boolean {
  return one.id === other.id && one.name === other.name;
}
