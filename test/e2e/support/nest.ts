import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A class with the methods of its prototype. */
export type Class = new (...args: never[]) => object;

type ClassDecorator = (target: Class) => void;
type MethodDecorator = (target: object, name: string, descriptor: PropertyDescriptor) => void;
type ParameterDecorator = (target: object, name: string, index: number) => void;

/** The parts of `@nestjs/common` that the tests use; the root has neither NestJS nor its types. */
interface NestCommon {
  Module(metadata: object): ClassDecorator;
  Controller(path: string): ClassDecorator;
  Catch(...errors: unknown[]): ClassDecorator;
  Get(path: string): MethodDecorator;
  Post(path: string): MethodDecorator;
  Sse(path: string, options?: object): MethodDecorator;
  Header(name: string, value: string): MethodDecorator;
  HttpCode(status: number): MethodDecorator;
  Body(): ParameterDecorator;
  Query(name: string): ParameterDecorator;
  readonly RequestMethod: { readonly POST: number };
}

/** A running application. */
export interface NestApplication {
  useGlobalFilters(...filters: object[]): void;
  listen(port: number, host: string): Promise<unknown>;
  getUrl(): Promise<string>;
  close(): Promise<void>;
}

const manifest = fileURLToPath(new URL('../../../examples/nestjs/package.json', import.meta.url));

/** NestJS, from where the example has it installed. */
export async function loadNest() {
  const require = createRequire(manifest);
  if (!existsSync(manifest.replace('package.json', 'node_modules/@nestjs'))) {
    throw new Error('The NestJS example is not installed: npm ci --prefix examples/nestjs');
  }
  const load = async <T>(name: string) => (await import(pathToFileURL(require.resolve(name)).href)) as T;
  await load('reflect-metadata');
  const common = await load<NestCommon>('@nestjs/common');
  const { NestFactory } = await load<{
    readonly NestFactory: { create(module: Class, options: object): Promise<NestApplication> };
  }>('@nestjs/core');
  return { ...common, NestFactory };
}

/** Decorates a method and its parameters, in order. */
export function decorate(
  { prototype }: { readonly prototype: object },
  name: string,
  decorators: readonly MethodDecorator[],
  parameters: readonly ParameterDecorator[] = [],
): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (!descriptor) throw new Error(`There is no method ${name}`);
  for (const decorator of decorators) decorator(prototype, name, descriptor);
  for (const [index, decorator] of parameters.entries()) decorator(prototype, name, index);
}
