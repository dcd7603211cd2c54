/** Makes a web stream of an iterator's values. The stream has no buffer: an error would drop the buffered values. */
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
