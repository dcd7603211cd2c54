import type { LiveConnectionScript, LiveScripts } from './liveScript.js';

/** The script of a connection: that of its position, or the last one. */
export function liveScriptFor(scripts: LiveScripts, index: number): LiveConnectionScript {
  if (!isList(scripts)) return scripts;
  return scripts[Math.min(index, scripts.length - 1)] ?? {};
}

/** `Array.isArray` does not narrow a `readonly` array. */
function isList(scripts: LiveScripts): scripts is readonly LiveConnectionScript[] {
  return Array.isArray(scripts);
}
