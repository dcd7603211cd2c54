import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** The output of readline, which is passed on only at the prompt. */
export function promptEcho(output: WriteStream, isPrompting: () => boolean): Writable {
  const echo = new Writable({
    write(text: Buffer, _encoding, done) {
      if (isPrompting()) output.write(text);
      done();
    },
  });
  output.on('resize', () => echo.emit('resize'));
  return Object.defineProperty(echo, 'columns', { get: () => output.columns });
}
