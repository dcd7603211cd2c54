import type { Locator } from 'playwright-core';

/** The place of an element on the screen, in whole px: a browser places a part that sticks to an edge by fractions. */
export async function placeOf(element: Locator): Promise<Readonly<Record<string, number>>> {
  const { x, y, width, height } = (await element.boundingBox())!;
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}
