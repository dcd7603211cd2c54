import type { InferUIMessageChunk, LanguageModelUsage, UIMessage, UIMessageChunk } from 'ai';
import type * as ai5 from 'ai-5';
import type * as ai6 from 'ai-6';
import {
  contentsFromUiMessages,
  type UiErrorData,
  type UiMessage,
  type UiMessageChunk,
  type UiMessageMetadata,
  type UiMessageUsage,
  type UiQueuedData,
  type UiResumedData,
  type UiRetryingData,
} from 'rxjs-gemini/ai-sdk';
import { describe, expectTypeOf, it } from 'vitest';

type Data = { error: UiErrorData; queued: UiQueuedData; retrying: UiRetryingData; resumed: UiResumedData };
type Typed = UIMessage<UiMessageMetadata, Data, { weather: { input: { city: string }; output: string } }>;
type Converted = Parameters<typeof contentsFromUiMessages>[0];

describe('the types of the AI SDK', () => {
  it('accept the events', () => {
    expectTypeOf<UiMessageChunk>().toExtend<UIMessageChunk>();
    expectTypeOf<UiMessageChunk>().toExtend<ai6.UIMessageChunk>();
    expectTypeOf<UiMessageChunk>().toExtend<ai5.UIMessageChunk>();
    expectTypeOf<UiMessageChunk>().toExtend<InferUIMessageChunk<UIMessage<unknown, Data>>>();
  });

  it('accept the token counts', () => {
    expectTypeOf<UiMessageUsage>().toExtend<LanguageModelUsage>();
    expectTypeOf<UiMessageUsage>().toExtend<ai6.LanguageModelUsage>();
    expectTypeOf<UiMessageUsage>().toExtend<ai5.LanguageModelUsage>();
  });

  it('give messages that the converter accepts', () => {
    expectTypeOf<UIMessage[]>().toExtend<Converted>();
    expectTypeOf<ai6.UIMessage[]>().toExtend<Converted>();
    expectTypeOf<ai5.UIMessage[]>().toExtend<Converted>();
    expectTypeOf<Typed[]>().toExtend<Converted>();
    expectTypeOf<Converted>().toEqualTypeOf<readonly UiMessage[]>();
  });
});
