/** Finds the browser once a test run, before any test that drives one. */
import { spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { findOrInstallChromium } from './find-chromium.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the program. */
    chromium: string;
  }
}

export default function setup(project: TestProject): void {
  const path = findOrInstallChromium();
  const { status, stdout, stderr, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${path} does not run: ${error?.message ?? stderr}`);
  console.log(`Browser for tests: ${path} (${stdout.trim()})`);
  project.provide('chromium', path);
}
