// Imports rxjs, and then an entry of the library, in a process of its own. Prints what each took, in ms.
import process from 'node:process';

const [entry] = process.argv.slice(2);
const rxjs = await costOfImport('rxjs');
const library = await costOfImport(entry);
process.stdout.write(JSON.stringify({ rxjs, library }));

async function costOfImport(name) {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await import(name);
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (user + system) / 1000 };
}
