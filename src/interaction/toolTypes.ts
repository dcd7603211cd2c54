/** The tools of the server whose type in `toolCall` parts differs from the upper-case name of their steps. */
const toolTypes: readonly (readonly [stepName: string, toolType: string])[] = [
  ['google_search', 'GOOGLE_SEARCH_WEB'],
  ['processing', 'MEDIA_PROCESSING'],
];

const byStepName: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(toolTypes);
const byToolType: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ toolTypes.map(([stepName, toolType]) => [toolType, stepName]),
);

/** Returns the tool type of a `toolCall` part for the step of a call or of a result, such as `google_maps_call`. */
export function toolTypeOf(stepType: string): string {
  const name = stepType.replace(/_(?:call|result)$/, '');
  return byStepName.get(name) ?? name.toUpperCase();
}

/** Returns the name of a tool in the types of its steps, such as `google_maps`: the inverse of {@link toolTypeOf}. */
export function stepNameOf(toolType: string): string {
  return byToolType.get(toolType) ?? toolType.toLowerCase();
}
