import { finishReasonOf, functionCallsOf, usageOf, type GeminiUsage, type ReplyFormat } from 'rxjs-gemini';

/** The chunks of OpenAI's chat completions: text, whole calls, usage. `request` is the body of the request. */
export const openAiFormat = (request: {
  readonly model: string;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}): ReplyFormat => ({
  terminator: '[DONE]',
  begin() {
    const shared = { id: `chatcmpl-${crypto.randomUUID()}`, object: 'chat.completion.chunk', model: request.model };
    const created = Math.floor(Date.now() / 1_000);
    const event = (choices: readonly object[], more?: object) => ({ ...shared, created, choices, ...more });
    const delta = (fields: object, finish_reason: string | null = null) =>
      event([{ index: 0, delta: fields, finish_reason }]);
    const finishReasons: Record<string, string> = { MAX_TOKENS: 'length', SAFETY: 'content_filter' };
    let calls = 0;
    let reason = '';
    let usage: GeminiUsage = {};
    return {
      start: () => [delta({ role: 'assistant', content: '' })],
      chunk(chunk) {
        reason = finishReasonOf(chunk) ?? reason;
        usage = usageOf(chunk) ?? usage;
        const tools = functionCallsOf(chunk).map(({ name, args, id = `call_${String(calls)}` }) => {
          const call = { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
          return delta({ tool_calls: [{ index: calls++, ...call }] });
        });
        return chunk.text ? [delta({ content: chunk.text }), ...tools] : tools;
      },
      end() {
        const { promptTokenCount = 0, candidatesTokenCount = 0, thoughtsTokenCount = 0, totalTokenCount } = usage;
        const completion_tokens = candidatesTokenCount + thoughtsTokenCount;
        const counts = { prompt_tokens: promptTokenCount, completion_tokens, total_tokens: totalTokenCount ?? 0 };
        const last = delta({}, calls > 0 ? 'tool_calls' : (finishReasons[reason] ?? 'stop'));
        return request.stream_options?.include_usage ? [last, event([], { usage: counts })] : [last];
      },
      failure: ({ message, kind, status = null }) => [{ error: { message, type: kind, code: status, param: null } }],
    };
  },
});
