import { join } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // The library is linked here: it lies outside of this folder.
  turbopack: { root: join(import.meta.dirname, '../..') },
  devIndicators: false,
};

export default config;
