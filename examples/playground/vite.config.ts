import { defineConfig } from 'vite';
import { emulatorPlugin } from './emulator/plugin.ts';

const { PORT: port } = process.env;

/** A page on one machine, for the one who started it. */
const address = { host: '127.0.0.1', ...(port && { port: Number(port), strictPort: true }) };

export default defineConfig({
  plugins: [emulatorPlugin()],
  // The library is a link to the repository, which has an rxjs of its own.
  resolve: { dedupe: ['rxjs', '@google/genai'] },
  server: address,
  preview: address,
});
