/** Resolves in the next turn of the event loop: after what is ready to be read or written has been. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
