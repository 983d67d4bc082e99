/** Variables of Redis, where replicas keep what they share. */
import { z } from 'zod';

export const REDIS_VARIABLES = {
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' })
    .refine((url) => partsOf(url)?.hostname !== '', 'must name a host, such as redis://localhost:6379')
    .refine(
      (url) => /^(\/\d{0,5})?$/.test(partsOf(url)?.pathname ?? ''),
      'must end with the host or with the number of a database, such as redis://localhost:6379/2',
    )
    .refine(
      (url) => partsOf(url)?.search === '' && partsOf(url)?.hash === '',
      'must have no ? and no #: in a user or a password write them as %3F and %23',
    )
    .refine(hasPlainUser, 'must have user and password percent-encoded')
    .optional(),
  REDIS_TLS_CA_FILE: z.string().optional(),
};

const VARIABLES = z.object(REDIS_VARIABLES);

/** Rules between the variables, each as a line for people. */
export function redisFaults({ REDIS_URL, REDIS_TLS_CA_FILE }: z.infer<typeof VARIABLES>): string[] {
  const isTls = REDIS_URL?.startsWith('rediss:') === true;
  if (REDIS_TLS_CA_FILE === undefined || isTls) return [];
  return ['REDIS_TLS_CA_FILE has no use unless REDIS_URL begins with rediss://'];
}

/** Undefined for what is no URL at all, which another rule refuses. */
const partsOf = (url: string) => (URL.canParse(url) ? new URL(url) : undefined);

function hasPlainUser(url: string): boolean {
  const parts = partsOf(url);
  try {
    decodeURIComponent(`${parts?.username}${parts?.password}`);
    return true;
  } catch {
    return false;
  }
}
