import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'set-cookie', 'x-ghl-signature', 'x-wh-signature'];
const credentialPaths = CREDENTIAL_HEADERS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s/"]*@/gi;

/** `text` with the password of every URL in it replaced: drivers quote connection strings in their errors. */
export function withoutPasswords(text: string): string {
  return text.includes('://') ? text.replaceAll(URL_PASSWORD, '$1:***@') : text;
}

/**
 * JSON lines on stdout, one per entry, without credentials.
 * Written synchronously: a crash loses no line, and services log little.
 * @param level pino's: trace, debug, info, warn, error, fatal, silent.
 * @param destination Where the lines go instead of stdout.
 */
export function createLogger(service: string, level = 'info', destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: credentialPaths, censor: '***' },
      hooks: { streamWrite: withoutPasswords },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
