/** Text for a pattern of LIKE in which no character is a wildcard. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
