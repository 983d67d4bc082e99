/** Events of what becomes of projections and of the log itself: they belong to no project and no task. */
import type {
  ClockAct,
  DeadLetterAct,
  DeadLetterEventType,
  GenerationAct,
  GenerationEventType,
} from '@att/contracts';
import type { NewEvent } from './new-event.js';

/** Of what the product does by itself. */
export const SYSTEM_ACTOR = 'system';

export const generationEvent = (type: GenerationEventType, actor: string, act: GenerationAct): NewEvent =>
  operatorEvent(type, actor, act);

export const deadLetterEvent = (type: DeadLetterEventType, actor: string, act: DeadLetterAct): NewEvent =>
  operatorEvent(type, actor, act);

export const clockAcceptedEvent = (actor: string, act: ClockAct): NewEvent =>
  operatorEvent('clock.accepted', actor, act);

function operatorEvent(type: string, actor: string, data: object): NewEvent {
  return {
    type,
    project: null,
    taskId: null,
    agent: null,
    occurredAt: null,
    actor,
    payload: Buffer.from(JSON.stringify(data)),
    idempotencyKey: null,
  };
}
