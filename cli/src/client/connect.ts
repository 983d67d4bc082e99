/** Options and look-ups by which a command finds its server and its key. */
import { ConfigError, readConfig } from '@att/platform/config';
import { type Command, InvalidArgumentError } from 'commander';
import { findApiKey } from '../process/api-key.js';
import { type Client, makeClient } from './make-client.js';

export interface ServerOptions {
  url?: string;
  json?: true;
}

/** Adds `--url`, which every command takes that calls a server. */
export function withServerOption(command: Command): Command {
  return command.option('--url <url>', 'of the server (default: ATT_URL, or PORT on this machine)', httpUrl);
}

/** Adds `--url` and `--json`, for a command that prints the server's answers. */
export function withServerOptions(command: Command): Command {
  return withServerOption(command).option('--json', 'print what the server answered, for scripts');
}

/** Client of the server; its key is API_KEY, or the one that a server keeps in the data directory. */
export async function connect({ url }: Pick<ServerOptions, 'url'>): Promise<Client> {
  const { apiKey, dataDirectory, serverUrl } = readConfig();
  const key = apiKey ?? (await findApiKey(dataDirectory));
  if (key === undefined) {
    throw new ConfigError(
      `an API key is needed: set API_KEY, or DATA_DIR to the server's data directory (there is none in ${dataDirectory})`,
    );
  }
  return makeClient(url ?? serverUrl, key);
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('It must be an http:// or https:// URL.');
  }
  if (new URL(text).username !== '' || new URL(text).password !== '') {
    throw new InvalidArgumentError('It must not carry a user or a password: the key is API_KEY.');
  }
  return text;
}
