import type { ServerMessage } from './wire.js';

/** The wait before it connects again, in ms: at first, and at most. */
const firstDelay = 500;
const longestDelay = 10_000;

/** The functions that a connection calls. */
export interface ConnectionHandlers {
  onOpen(): void;
  onClose(): void;
  onMessage(message: ServerMessage): void;
}

/**
 * A socket to where the page came from that connects again by itself.
 *
 * @returns A function that sends a message; without a connection, the message is lost.
 */
export function connect({ onOpen, onClose, onMessage }: ConnectionHandlers): (message: unknown) => void {
  let delay = firstDelay;
  let socket: WebSocket;

  const open = () => {
    socket = new WebSocket(location.origin.replace(/^http/, 'ws'));
    socket.addEventListener('open', () => {
      delay = firstDelay;
      onOpen();
    });
    socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(String(data)) as ServerMessage));
    socket.addEventListener('close', () => {
      onClose();
      setTimeout(open, delay * (0.5 + Math.random() / 2));
      delay = Math.min(delay * 2, longestDelay);
    });
  };
  open();
  return (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
}
