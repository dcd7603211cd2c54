// The size that each operator adds to a user's bundle beside the ground rooms, which all of them share. Fails where
// one adds more than its budget.
import process from 'node:process';
import { operatorSizes } from '../bench/bundle.mjs';

const rows = await operatorSizes();
for (const { name, kB, budget } of rows) {
  console.log(`${kB.toFixed(2)} kB of ${budget.toFixed(2)}  ${name}${kB > budget ? '  <- too large' : ''}`);
}
if (rows.some(({ kB, budget }) => kB > budget)) process.exit(1);
