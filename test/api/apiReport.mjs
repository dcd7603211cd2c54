// Writes the API report of each entry point (`npm run api`), or with `--check` fails where the built types differ
// from the report that is committed. Run `npm run build` first.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const check = process.argv.includes('--check');
const root = fileURLToPath(new URL('../..', import.meta.url));
const reports = join(root, 'test/api');
const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'nodenext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

for (const entry of [
  'index',
  'operators',
  'json',
  'otel',
  'testing',
  'emulator',
  'emulator-fetch',
  'ai-sdk',
  'ag-ui',
  'redis',
]) {
  const name = entry === 'index' ? 'rxjs-gemini' : `rxjs-gemini-${entry}`;
  const types = join(root, `dist/${entry}.d.ts`);
  if (!existsSync(types)) throw new Error(`Expected ${types} to be there: run \`npm run build\` first.`);

  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: reports,
        reportTempFolder: join(root, 'temp'),
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error', addToApiReportFile: false },
          // Each entry repeats the declarations that it shares with the others, so it need not export them again.
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-unresolved-link': { logLevel: 'none' },
        },
        tsdocMessageReporting: {
          default: { logLevel: 'error' },
          'tsdoc-unnecessary-backslash': { logLevel: 'none' },
        },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });

  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback: (message) => {
      // A note about the bundled compiler needs no action; a fault of the API does.
      if (message.logLevel !== 'error' && message.logLevel !== 'warning') message.handled = true;
    },
  });
  console.log(`${name}: ${!succeeded ? 'failed' : apiReportChanged ? 'changed' : 'unchanged'}`);
  if (!succeeded) {
    if (check && apiReportChanged) console.error('Run `npm run api` and commit the report.');
    process.exitCode = 1;
  }
}
