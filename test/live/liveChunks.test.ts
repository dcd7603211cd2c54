import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import { LiveChunks } from '../../src/live/liveChunks.js';
import type { LiveMessage } from '../../src/live/liveMessage.js';
import { callChunk, chunk, partsChunk, usageChunk } from '../../src/testing/chunks.js';

const audio = { inlineData: { data: 'AAAA', mimeType: 'audio/pcm;rate=24000' } };
const read = (...messages: LiveMessage[]) => {
  const chunks = new LiveChunks();
  return messages.map((message) => chunks.read(message));
};

describe('LiveChunks', () => {
  it('reads the parts of the model, in normal form', () => {
    const parts = [{ text: 'Hel' }, { text: 'lo' }, audio];
    expect(read({ serverContent: { modelTurn: { parts } } })).toEqual([partsChunk([{ text: 'Hello' }, audio])]);
  });

  it('reads calls as parts of the turn', () => {
    const functionCalls = [{ id: '1', name: 'weather', args: { city: 'Rome' } }];
    expect(read({ toolCall: { functionCalls } })).toEqual([callChunk('weather', { city: 'Rome' }, '1')]);
  });

  it('gives the token counts the names of a reply', () => {
    const usageMetadata = { promptTokenCount: 2, responseTokenCount: 3, totalTokenCount: 5 };
    const usage = { promptTokenCount: 2, candidatesTokenCount: 3, totalTokenCount: 5 };
    expect(read({ usageMetadata })).toEqual([usageChunk(usage)]);
  });

  it('reads the sources of the answer', () => {
    const groundingMetadata = { webSearchQueries: ['sky'] };
    const urlContextMetadata = { urlMetadata: [{ retrievedUrl: 'https://a.example' }] };
    expect(read({ serverContent: { groundingMetadata, urlContextMetadata } })).toEqual([
      { text: '', candidates: [{ index: 0, groundingMetadata, urlContextMetadata }] },
    ]);
  });

  it('reads the transcript of a model that speaks as its text', () => {
    const serverContent = { modelTurn: { parts: [audio] }, outputTranscription: { text: 'Hi' } };
    expect(read({ serverContent })).toEqual([partsChunk([audio, { text: 'Hi' }])]);
  });

  it('leaves the transcript out in a session whose model answers in text, from its first text on', () => {
    const outputTranscription = { text: 'Hi' };
    const thought = { text: 'Hm', thought: true };
    const [early, first, later] = read(
      { serverContent: { modelTurn: { parts: [thought] }, outputTranscription } },
      { serverContent: { modelTurn: { parts: [{ text: 'Hi' }] }, outputTranscription } },
      { serverContent: { outputTranscription } },
    );
    expect(early).toEqual(partsChunk([thought, { text: 'Hi' }]));
    expect(first).toEqual(chunk('Hi'));
    expect(later).toEqual(emptyChunk);
  });

  it('reads nothing from messages about the session, and from fields that are null or of the wrong type', () => {
    const odd = { serverContent: { modelTurn: { parts: null } }, toolCall: { functionCalls: [null, 3] } };
    expect(
      read(
        { setupComplete: {} },
        { goAway: { timeLeft: '9s' } },
        { serverContent: { generationComplete: true } },
        odd as unknown as LiveMessage,
        { serverContent: null, toolCall: null } as unknown as LiveMessage,
      ),
    ).toEqual(Array.from({ length: 5 }, () => emptyChunk));
  });

  it('changes no message', () => {
    const message = { serverContent: { modelTurn: { parts: [Object.freeze({ text: 'a' })] } } };
    Object.freeze(message.serverContent.modelTurn.parts);
    expect(() => read(message)).not.toThrow();
  });
});
