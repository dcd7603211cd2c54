/** Makes a web stream of an iterator's values. It buffers none: an error would drop the values in its buffer. */
export function iteratorToStream<V>(iterator: AsyncIterator<V, undefined>): ReadableStream<V> {
  return new ReadableStream<V>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
