import { catchError, defer, finalize, from, Observable, switchMap, throwError } from 'rxjs';
import { MicrophoneError } from './microphoneError.js';

/** A piece of sound: 32 ms of 16-bit PCM at 16 kHz. */
export type Piece = Int16Array<ArrayBuffer>;

/**
 * Listens to the microphone on subscription, and emits its sound in pieces without gaps. Unsubscribing stops the device
 * (its light goes out) and closes the audio context. Never completes; a microphone that is refused or taken away is an
 * error.
 */
export function microphone(): Observable<Piece> {
  return openDevice().pipe(switchMap(piecesOf));
}

function openDevice(): Observable<MediaStream> {
  return new Observable((subscriber) => {
    let stream: MediaStream | undefined;
    const release = () => stream?.getTracks().forEach((track) => track.stop());
    ask().then(
      (opened) => {
        stream = opened;
        // The question to the person cannot be taken back: an answer that comes too late must not open the device.
        if (subscriber.closed) return release();
        const onEnded = () => subscriber.error(new MicrophoneError('gone'));
        for (const track of stream.getTracks()) track.addEventListener('ended', onEnded);
        subscriber.next(stream);
      },
      (cause: unknown) => subscriber.error(MicrophoneError.from(cause)),
    );
    return release;
  });
}

/** Asks the person, unless they have answered before. */
async function ask(): Promise<MediaStream> {
  // Without the first of these, the model would hear itself through the loudspeaker, and interrupt itself.
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  return navigator.mediaDevices.getUserMedia({ audio });
}

function piecesOf(stream: MediaStream): Observable<Piece> {
  return defer(() => {
    // At the rate of the device: not every browser converts it.
    const context = new AudioContext();
    return from(context.audioWorklet.addModule('pcmCapture.js')).pipe(
      catchError((cause: unknown) => throwError(() => new MicrophoneError('failed', { cause }))),
      switchMap(() => capture(context, stream)),
      finalize(() => void context.close()),
    );
  });
}

function capture(context: AudioContext, stream: MediaStream): Observable<Piece> {
  return new Observable((subscriber) => {
    const source = context.createMediaStreamSource(stream);
    // Without an output: nobody wants to hear their own voice.
    const options = { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' } as const;
    const node = new AudioWorkletNode(context, 'pcm-capture', options);
    node.port.onmessage = ({ data }: MessageEvent<Piece>) => subscriber.next(data);
    node.onprocessorerror = () => subscriber.error(new MicrophoneError('failed'));
    source.connect(node);
    // A context that was made long after the click may be suspended.
    void context.resume();
    return () => {
      node.port.onmessage = null;
      source.disconnect();
    };
  });
}
