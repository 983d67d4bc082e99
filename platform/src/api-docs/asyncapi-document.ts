/** The AsyncAPI 3 document: the socket and the topic in the words of everybody's tools. */
import {
  CLIENT_MESSAGES,
  CLOSE_CODES,
  CLOSE_MEANINGS,
  type CloseReason,
  MAX_MESSAGE_BYTES,
  SERVER_MESSAGES,
  SOCKET_PATH,
  type SocketMessage,
  socketParameters,
} from '@att/contracts';
import type { MessageObject, Operation, Reference } from './asyncapi-objects.js';
import {
  type KafkaChannel,
  type KafkaMessage,
  kafkaServer,
  publishOperation,
  topicChannel,
  topicMessageObject,
} from './asyncapi-topic.js';
import { draft7, type JsonSchema } from './json-schema.js';
import { SECURITY_SCHEMES } from './openapi-document.js';

export interface AsyncApiDocument {
  asyncapi: '3.0.0';
  info: { title: string; version: string; description: string };
  defaultContentType: string;
  servers: Record<string, unknown>;
  channels: { socket: SocketChannel; topic: KafkaChannel };
  operations: Record<string, Operation>;
  components: {
    messages: Record<string, MessageObject> & { log_event: KafkaMessage };
    securitySchemes: Record<string, unknown>;
  };
}

interface SocketChannel {
  address: string;
  servers: Reference[];
  description: string;
  messages: Record<string, Reference>;
  bindings: { ws: { method: 'GET'; query: JsonSchema; bindingVersion: '0.1.0' } };
}

type ServerMessage = keyof typeof SERVER_MESSAGES;
type ClientMessage = keyof typeof CLIENT_MESSAGES;

const DESCRIPTION = `Every task event of the log, once and in order, live or replayed. A client that comes back says with \`after\` the last
position that it saw, and with \`epoch\` the log that it saw it in, and misses nothing. With \`speed\` it is told the past at
the pace at which it happened or another, and steers it by messages; each is answered by a \`position\` frame that names it
in \`answers\`, or by an \`error\`. Frames before the answer were sent before the command was carried out, those behind it after.`;

const CHANNEL: Reference = { $ref: '#/channels/socket' };
/** Frames that the server sends by itself; the other frames only answer. */
const TOLD: readonly ServerMessage[] = ['connection', 'event', 'caught_up', 'position', 'reset'];

/**
 * @param version of the product
 * @param basePath that the server is reached under, without a slash at its end
 */
export function asyncApiDocument(version: string, basePath = ''): AsyncApiDocument {
  const all: Record<string, SocketMessage> = { ...SERVER_MESSAGES, ...CLIENT_MESSAGES };
  return {
    asyncapi: '3.0.0',
    info: { title: 'Agent Task Tracker: the WebSocket and the topic', version, description: DESCRIPTION },
    defaultContentType: 'application/json',
    servers: { here: server(basePath), kafka: kafkaServer() },
    channels: {
      socket: {
        address: SOCKET_PATH,
        servers: [{ $ref: '#/servers/here' }],
        description: `A client's message has ${MAX_MESSAGE_BYTES} bytes at most. The server closes with one of these codes:\n\n${closes()}`,
        messages: Object.fromEntries(
          Object.keys(all).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: {
          ws: { method: 'GET', query: query(), bindingVersion: '0.1.0' },
        },
      },
      topic: topicChannel(),
    },
    operations: { ...operations(), publish: publishOperation() },
    components: {
      messages: {
        ...mapValues(SERVER_MESSAGES, (message, name) => messageObject(name, message, 'output')),
        ...mapValues(CLIENT_MESSAGES, (message, name) => messageObject(name, message, 'input')),
        log_event: topicMessageObject(),
      },
      securitySchemes: securitySchemes(),
    },
  };
}

/** A key may come in a header, too; here is where a browser puts it. */
function query(): JsonSchema {
  const { properties, ...rest } = draft7(socketParameters, 'input');
  const apiKey = { type: 'string', description: 'The key, where no header carries it' };
  return { ...rest, properties: { api_key: apiKey, ...(properties as JsonSchema) } };
}

function server(basePath: string) {
  return {
    host: '{host}',
    ...(basePath === '' ? {} : { pathname: basePath }),
    protocol: 'ws',
    variables: { host: { default: '127.0.0.1:8000', description: 'Where the product listens' } },
    security: Object.keys(SECURITY_SCHEMES).map((name) => ({ $ref: `#/components/securitySchemes/${name}` })),
  };
}

/** OpenAPI's schemes; a key in a header or a query has another name here. */
function securitySchemes() {
  return mapValues(SECURITY_SCHEMES, (scheme) => ({
    ...scheme,
    type: scheme.type === 'apiKey' ? 'httpApiKey' : scheme.type,
  }));
}

function operations(): Record<string, Operation> {
  const receive = (name: ClientMessage): Operation => ({
    action: 'receive',
    channel: CHANNEL,
    summary: CLIENT_MESSAGES[name].summary,
    messages: [messageOf(name)],
    reply: {
      channel: CHANNEL,
      messages: name === 'ping' ? [messageOf('pong')] : [messageOf('position'), messageOf('error')],
    },
  });
  return {
    tell: {
      action: 'send',
      channel: CHANNEL,
      summary: 'What the client may see, and how far it has been told',
      messages: TOLD.map(messageOf),
    },
    ...mapValues(CLIENT_MESSAGES, (_, name) => receive(name)),
  };
}

function messageOf(name: ServerMessage | ClientMessage): Reference {
  return { $ref: `#/channels/socket/messages/${name}` };
}

function messageObject(
  name: string,
  { schema, summary }: SocketMessage,
  io: 'input' | 'output',
): MessageObject {
  return { name, summary, payload: draft7(schema, io) };
}

function closes(): string {
  return Object.entries(CLOSE_CODES)
    .map(([reason, code]) => `- \`${code}\`: ${CLOSE_MEANINGS[reason as CloseReason]}`)
    .join('\n');
}

function mapValues<Key extends string, Value, Mapped>(
  record: Readonly<Record<Key, Value>>,
  change: (value: Value, key: Key) => Mapped,
): Record<Key, Mapped> {
  const entries = Object.entries(record) as [Key, Value][];
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value, key)])) as Record<Key, Mapped>;
}
