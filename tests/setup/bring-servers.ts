/** Programs of Kafka and Redis that tests start as processes: found, or brought where we may. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KAFKA_JARS } from '@att/platform/testing';
import { installFailure } from './apt-get.js';
import { findOnPath } from './find-on-path.js';

const POM = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));

/** Finds or brings what `startKafka` needs; says why that could not be done. */
export function kafkaFailure(): string | undefined {
  return programFailure('java', ['default-jre-headless']) ?? jarsFailure();
}

/** Finds or brings what `startRedis` needs; says why that could not be done. */
export function redisFailure(): string | undefined {
  // Debian would start a Redis of its own, now and at each boot.
  return programFailure(
    'redis-server',
    ['redis-server'],
    ['/etc/init.d/redis-server', '/lib/systemd/system/redis-server*'],
  );
}

/** Apache Kafka from Maven: 43 MB once, in under a minute. */
function jarsFailure(): string | undefined {
  if (existsSync(KAFKA_JARS)) return undefined;
  const failure = programFailure('mvn', ['maven']);
  if (failure !== undefined) return failure;
  console.log('Installing for the tests: Apache Kafka from Maven …');
  // Another run may be bringing them, too: whoever is first puts a whole folder there.
  const unfinished = `${KAFKA_JARS}.${process.pid}`;
  try {
    mkdirSync(dirname(KAFKA_JARS), { recursive: true });
    const goal = [
      'dependency:copy-dependencies',
      `-DoutputDirectory=${unfinished}`,
      '-DincludeScope=runtime',
    ];
    const { status, stdout } = spawnSync('mvn', ['-q', '-B', '-f', POM, ...goal], { encoding: 'utf8' });
    if (status !== 0) return `Maven did not bring Apache Kafka\n${stdout.trim()}`;
    if (!existsSync(KAFKA_JARS)) renameSync(unfinished, KAFKA_JARS);
    return undefined;
  } catch (error) {
    return `Apache Kafka could not be kept in ${KAFKA_JARS}: ${error instanceof Error ? error.message : error}`;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function programFailure(program: string, packages: string[], leftOut?: string[]): string | undefined {
  if (findOnPath(program) !== undefined) return undefined;
  const failure = installFailure(packages, leftOut);
  if (findOnPath(program) !== undefined) return undefined;
  return `there is no ${program} on the PATH: ${failure ?? `Debian's ${packages.join(', ')} has no such program`}`;
}
