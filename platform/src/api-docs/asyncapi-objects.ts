/** Objects of an AsyncAPI 3 document, as far as ours has them. */
import type { JsonSchema } from './json-schema.js';

export interface Reference {
  $ref: string;
}

export interface Operation {
  action: 'send' | 'receive';
  channel: Reference;
  summary: string;
  messages: Reference[];
  reply?: { channel: Reference; messages: Reference[] };
}

export interface MessageObject {
  name: string;
  summary: string;
  payload: JsonSchema;
}
