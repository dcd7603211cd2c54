// Prints the command to run if the library, which this folder links to, is not built yet.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../../../dist/emulator-fetch.js', import.meta.url))) {
  console.error('The library is not built. At the root of the repository: npm ci && npm run build');
  process.exitCode = 1;
}
