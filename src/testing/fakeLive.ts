import type { LiveConnection } from '../live/script/liveConnection.js';
import { LiveHandles } from '../live/script/liveHandles.js';
import { openLiveRecord } from '../live/script/liveRecord.js';
import type { LiveScripts } from '../live/script/liveScript.js';
import { liveScriptFor } from '../live/script/liveScriptFor.js';
import type { FakeLiveApi, FakeLiveParams, FakeLiveSession } from './fakeLiveApi.js';
import { FakeLiveWire } from './fakeLiveWire.js';

/** The Live API of a fake client. */
export class FakeLive implements FakeLiveApi {
  readonly connections: LiveConnection[] = [];
  readonly #scripts: LiveScripts;
  readonly #handles = new LiveHandles();

  constructor(scripts: LiveScripts) {
    this.#scripts = scripts;
  }

  connect(params: FakeLiveParams): Promise<FakeLiveSession> {
    const index = this.connections.length;
    const opened = openLiveRecord(index);
    this.connections.push(opened.record);
    return new FakeLiveWire(params, opened, { script: liveScriptFor(this.#scripts, index), handles: this.#handles })
      .session;
  }
}
