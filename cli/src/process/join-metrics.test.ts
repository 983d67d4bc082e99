import { Gauge, Registry } from '@att/platform/metrics';
import { expect, it } from 'vitest';
import { joinMetrics } from './join-metrics.js';

function registryOf(reader: string, others: string): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({ name: others, help: 'Only here.', registers }).set(1);
  new Gauge({ name: 'att_readers', help: 'Of both.', labelNames: ['reader'], registers }).set({ reader }, 2);
  new Gauge({ name: `${others}_too`, help: 'Only here, too.', registers }).set(3);
  return registry;
}

it('puts the series of one name together under one head, and changes nothing else', async () => {
  const texts = [registryOf('realtime', 'att_first'), registryOf('projector', 'att_second')];
  const joined = joinMetrics(await Promise.all(texts.map((registry) => registry.metrics())));
  expect(joined.split('\n').filter((line) => line !== '')).toEqual([
    '# HELP att_first Only here.',
    '# TYPE att_first gauge',
    'att_first 1',
    '# HELP att_readers Of both.',
    '# TYPE att_readers gauge',
    'att_readers{reader="realtime"} 2',
    'att_readers{reader="projector"} 2',
    '# HELP att_first_too Only here, too.',
    '# TYPE att_first_too gauge',
    'att_first_too 3',
    '# HELP att_second Only here.',
    '# TYPE att_second gauge',
    'att_second 1',
    '# HELP att_second_too Only here, too.',
    '# TYPE att_second_too gauge',
    'att_second_too 3',
  ]);
});

it('is what a registry says when the other one says nothing', async () => {
  const text = await registryOf('realtime', 'att_first').metrics();
  expect(joinMetrics([text, '']).trim()).toBe(text.trim());
});
