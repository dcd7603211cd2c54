import { smoothStream, streamText, type LanguageModel } from 'ai';

export async function answer(
  model: LanguageModel,
  question: string,
  show: (text: string) => void,
  abortSignal: AbortSignal,
) {
  const result = streamText({
    model,
    prompt: question,
    abortSignal,
    maxRetries: 2,
    experimental_transform: smoothStream(),
    onFinish: ({ finishReason, usage }) => console.log(finishReason, usage.totalTokens),
    onError: ({ error }) => console.error(error),
  });
  for await (const text of result.textStream) show(text);
}
