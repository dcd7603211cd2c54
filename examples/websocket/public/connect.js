/** The wait before it connects again, in ms: at first, and at most. */
const firstDelay = 500;
const longestDelay = 10_000;

/**
 * A socket to where the page came from that connects again by itself.
 *
 * @param {{ onOpen: () => void, onClose: () => void, onMessage: (message: any) => void }} handlers
 * @returns {{ send: (message: unknown) => void }} A message that is sent while there is no connection is lost.
 */
export function connect({ onOpen, onClose, onMessage }) {
  let delay = firstDelay;
  /** @type {WebSocket} */
  let socket;

  const open = () => {
    socket = new WebSocket(location.origin.replace(/^http/, 'ws'));
    socket.addEventListener('open', () => {
      delay = firstDelay;
      onOpen();
    });
    socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(data)));
    socket.addEventListener('close', () => {
      onClose();
      setTimeout(open, delay * (0.5 + Math.random() / 2));
      delay = Math.min(delay * 2, longestDelay);
    });
  };
  open();
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
  };
}
