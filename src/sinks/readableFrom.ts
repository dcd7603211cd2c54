/** A web stream of an iterator's values. It holds none itself: an error would drop what it holds. */
export function readableFrom<V>(iterator: AsyncIterator<V, undefined>): ReadableStream<V> {
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
