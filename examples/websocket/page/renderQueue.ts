/** The time that rendering may take of a frame, in ms: fifty long replies come at once to a page that is opened. */
const budget = 10;

const waiting = new Set<() => void>();

/** The time that the last rendering took, in ms. */
let lastCost = 0;

/** Calls a function in one of the next frames, once, however often it is scheduled until then. */
export function scheduleRender(render: () => void): void {
  if (waiting.size === 0) plan();
  waiting.add(render);
}

/** After a rendering that took long, the page has as long for the reader. */
function plan(): void {
  if (lastCost <= budget) requestAnimationFrame(work);
  else setTimeout(() => requestAnimationFrame(work), lastCost);
}

function work(): void {
  const start = performance.now();
  for (const render of waiting) {
    waiting.delete(render);
    render();
    lastCost = performance.now() - start;
    if (lastCost > budget) break;
  }
  if (waiting.size > 0) plan();
}
