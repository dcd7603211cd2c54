import { describe, expect, it } from 'vitest';
import type { GeminiUsage } from '../../src/chunk/response.js';
import { UsageTally } from '../../src/chunk/usageTally.js';
import { chunk, usageChunk } from '../../src/testing/chunks.js';

/** The usage that a tally reports for the requests of a reply, each with its reports. */
function usagesOf(...requests: readonly object[][]): unknown[] {
  const tally = new UsageTally();
  return requests.flatMap((reports) => {
    const usages = reports.map((report) => tally.add(usageChunk(report as GeminiUsage)).usageMetadata);
    tally.nextRequest();
    return usages;
  });
}

describe('UsageTally', () => {
  it('returns the chunks of the first request, and those without token counts, as they are', () => {
    const tally = new UsageTally();
    const reported = usageChunk({ totalTokenCount: 3 });
    const text = chunk('a');
    expect(tally.add(text)).toBe(text);
    expect(tally.add(reported)).toBe(reported);
    tally.nextRequest();
    expect(tally.add(text)).toBe(text);
    expect(tally.add({ ...reported, ...text })).toStrictEqual({ ...text, usageMetadata: { totalTokenCount: 6 } });
  });

  it('adds the last report of each earlier request', () => {
    expect(
      usagesOf(
        [{ totalTokenCount: 1 }, { totalTokenCount: 10, promptTokenCount: 4 }],
        [{ totalTokenCount: 2 }, { totalTokenCount: 5 }],
        [{ totalTokenCount: 1 }],
      ),
    ).toStrictEqual([
      { totalTokenCount: 1 },
      { totalTokenCount: 10, promptTokenCount: 4 },
      { totalTokenCount: 12, promptTokenCount: 4 },
      { totalTokenCount: 15, promptTokenCount: 4 },
      { totalTokenCount: 16, promptTokenCount: 4 },
    ]);
  });

  it('keeps what was used where a request reports nothing', () => {
    expect(usagesOf([{ totalTokenCount: 1 }], [], [{ totalTokenCount: 2 }])).toStrictEqual([
      { totalTokenCount: 1 },
      { totalTokenCount: 3 },
    ]);
    expect(usagesOf([], [{ totalTokenCount: 2 }])).toStrictEqual([{ totalTokenCount: 2 }]);
  });

  it('adds lists of counts by modality', () => {
    const [, sum] = usagesOf(
      [{ promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1 }] }],
      [
        {
          promptTokensDetails: [
            { modality: 'IMAGE', tokenCount: 2 },
            { modality: 'TEXT', tokenCount: 3 },
          ],
        },
      ],
    );
    expect(sum).toStrictEqual({
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 4 },
        { modality: 'IMAGE', tokenCount: 2 },
      ],
    });
  });

  it('takes the later of two values that are not both counts or both lists', () => {
    const [, mixed] = usagesOf(
      [{ trafficType: 'A', x: 1, y: [1], z: 'a' }],
      [{ trafficType: 'B', x: 'b', y: 2, z: [3] }],
    );
    expect(mixed).toStrictEqual({ trafficType: 'B', x: 'b', y: 2, z: [3] });
    const [, inherited] = usagesOf([{ x: 1 }], [{ valueOf: 1 }]);
    expect(inherited).toStrictEqual({ x: 1, valueOf: 1 });
  });
});
