// A user's code on Node against the published types, with and without the types of the DOM.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Observable } from 'rxjs';
import { toAsyncIterable, toReadableStream, type GeminiChunk } from 'rxjs-gemini';

declare const reply$: Observable<GeminiChunk>;

export const chunks: NodeReadableStream<GeminiChunk> = toReadableStream(reply$);
export const readable = Readable.fromWeb(toReadableStream(reply$, { text: true }));
export const written = pipeline(toAsyncIterable(reply$, { text: true }), createWriteStream('story.md'));
export const response = new Response(toReadableStream(reply$, { text: true }).pipeThrough(new TextEncoderStream()));
