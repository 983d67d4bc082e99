/** Makes events about projections and the log itself. They belong to no project and no task. */
import type {
  ClockEventData,
  DeadLetterEventData,
  DeadLetterEventType,
  GenerationEventData,
  GenerationEventType,
} from '@att/contracts';
import type { NewEvent } from './new-event.js';

/** Actor of events that the product causes by itself. */
export const SYSTEM_ACTOR = 'system';

export const generationEvent = (
  type: GenerationEventType,
  actor: string,
  data: GenerationEventData,
): NewEvent => operatorEvent(type, actor, data);

export const deadLetterEvent = (
  type: DeadLetterEventType,
  actor: string,
  data: DeadLetterEventData,
): NewEvent => operatorEvent(type, actor, data);

export const clockAcceptedEvent = (actor: string, data: ClockEventData): NewEvent =>
  operatorEvent('clock.accepted', actor, data);

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
