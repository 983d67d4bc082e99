import { describe, expect, it } from 'vitest';
import { elsewhereThan } from './elsewhere.js';

describe('where a path is answered', () => {
  const elsewhere = elsewhereThan(['query']);

  it('is named when it is another service', () => {
    expect(elsewhere('/webhook/start')).toContain('is answered by ingest');
    expect(elsewhere('/api/tasks')).toBeUndefined();
  });

  it('is nowhere else for what is no path', () => {
    for (const target of ['*', '', 'x']) expect(elsewhere(target)).toBeUndefined();
  });
});
