#!/usr/bin/env node
import { redact } from '../errors/redact.js';
import { askCommand } from './askCommand.js';
import { UsageError } from './commandLine.js';
import { emulatorCommand } from './emulatorCommand.js';
import { help } from './help.js';
import { version } from './version.js';

const commands: ReadonlyMap<string, (args: string[]) => Promise<number>> = new Map([
  ['ask', askCommand],
  ['emulator', emulatorCommand],
]);

async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--version') return print(version());
  if (name === '--help' || name === '-h' || args.includes('--help')) return print(help);
  const command = commands.get(name);
  if (!command) throw new UsageError(`There is no command '${name}'`);
  return command(args);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

// A reader that closes stdout (`| head`) is not a failure; ending the process closes the request.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`rxjs-gemini: ${redact(message)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
