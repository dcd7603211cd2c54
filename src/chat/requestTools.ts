import { isObject } from '../rx/isObject.js';
import type { DeclaredFunction, DeclaredTools } from './chatSource.js';
import {
  anyFields,
  anyJson,
  aText,
  isAbsent,
  knownFields,
  fieldOfRequest,
  wrongValue,
  type RequestContext,
} from './requestValues.js';

const aDeclaration = knownFields({
  name: aText,
  description: aText,
  parameters: anyFields,
  parametersJsonSchema: anyJson,
  response: anyFields,
  responseJsonSchema: anyJson,
});

/**
 * Reads the declared functions of a request, of which only those with an allowed name. The first of a name counts.
 *
 * @throws GeminiError - `invalid_request` if they are wrong, `overflow` above a limit.
 */
export function readDeclaredTools(
  value: unknown,
  isAllowed: (name: string) => boolean,
  context: RequestContext,
): DeclaredTools[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw wrongValue('tools', 'a list of declarations', value);
  const declared = new Map<string, DeclaredFunction>();
  for (const [index, tool] of value.entries()) {
    const place = `tools[${index}]`;
    if (!isObject(tool)) throw wrongValue(place, 'an object', tool);
    const functions = fieldOfRequest(tool, 'functionDeclarations');
    if (isAbsent(functions)) continue;
    if (!Array.isArray(functions)) throw wrongValue(`${place}.functionDeclarations`, 'a list', functions);
    for (const [position, declaration] of functions.entries()) {
      const at = `${place}.functionDeclarations[${position}]`;
      const name = declaredName(declaration, at);
      if (isAllowed(name) && !declared.has(name)) declared.set(name, aDeclaration(declaration, at, context));
    }
  }
  return declared.size === 0 ? [] : [{ functionDeclarations: [...declared.values()] }];
}

/** The form of a name that the API accepts. */
const functionName = /^[A-Za-z_][\w.:-]{0,127}$/;

function declaredName(declaration: unknown, place: string): string {
  if (!isObject(declaration)) throw wrongValue(place, 'an object', declaration);
  const name = fieldOfRequest(declaration, 'name');
  if (typeof name === 'string' && functionName.test(name)) return name;
  throw wrongValue(`${place}.name`, 'the name of a function', name);
}
