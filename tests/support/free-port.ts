import { findFreePort, type PortRange } from '@att/platform/embedded-postgres';

/**
 * Below those out of which systems number outgoing connections (Linux from 32768 up): a connection of another test would take
 * one of them before the process that it was found for listens. Below those of embedded databases (20,000 up), too, and above
 * 10,080, which `fetch` refuses (Fetch standard, port blocking).
 */
const RANGE: PortRange = [10_100, 20_000];

/** A port of 127.0.0.1 at random that nobody listens on. */
export const freePort = () => findFreePort(RANGE);
