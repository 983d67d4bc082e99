import tailwindcss from '@tailwindcss/vite';
import { defaultClientConditions, defineConfig } from 'vite';
import solid from 'vite-plugin-solid';

/** The server that `npm run dev` talks to; the built files are handed out by the server itself. */
const SERVER = process.env.ATT_DEV_SERVER ?? 'http://127.0.0.1:8000';

export default defineConfig({
  // Addresses in the built page are relative to its `base` element, so that one build serves under any path.
  base: './',
  plugins: [solid(), tailwindcss()],
  // "source" takes the contracts from their TypeScript sources, so that no build has to come first.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  server: {
    proxy: {
      '/api': SERVER,
      '/health': SERVER,
      '/webhook': { target: SERVER, ws: true },
    },
  },
  build: {
    target: 'es2023',
    // Inlined modules and data URLs would have to be allowed by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
