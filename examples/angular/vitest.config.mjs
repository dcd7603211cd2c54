import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The library is a link to the repository, which has an rxjs of its own: with two, virtual time is that of one of them.
  resolve: { dedupe: ['rxjs'] },
});
