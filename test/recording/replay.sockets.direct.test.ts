import { describe, expect, it } from 'vitest';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { replay } from '../../src/recording/replay.js';
import { replayRecording } from '../../src/emulator/replayRecording.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { recordedExchanges } from '../support/recordings.js';

describe('replay of recorded exchanges on real sockets', () => {
  it.each(recordedExchanges())('emits the chunks that the real client reads: %s', async (_, exchange) => {
    const { ai } = await emulate(replayRecording({ exchanges: [exchange] }));
    const read = await outcomeOf(fromGemini(ai, params));
    const played = await outcomeOf(replay({ exchanges: [exchange] }));
    expect(played.values).toEqual(read.values);
    expect([played.isComplete, played.error?.toJSON()]).toEqual([read.isComplete, read.error?.toJSON()]);
  });
});
