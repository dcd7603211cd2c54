/** The time that rendering may take of a frame, in ms: fifty long replies of a late reader come at once. */
const budget = 10;

const waiting = new Set<() => void>();

/** Calls a function in one of the next frames, once, however often it is scheduled until then. */
export function scheduleRender(render: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(work);
  waiting.add(render);
}

function work(): void {
  const start = performance.now();
  for (const render of waiting) {
    waiting.delete(render);
    render();
    if (performance.now() - start > budget) break;
  }
  if (waiting.size > 0) requestAnimationFrame(work);
}
