import { z } from 'zod';
import { tracingConfig } from './tracing-config.ts';

/** Settings that a service cannot start with. The message names each variable and never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A setting that is a whole number within bounds. `Number('')` and `Number('0x10')` are not accepted. */
export function wholeNumber({ min, max = Number.MAX_SAFE_INTEGER }: { readonly min: number; readonly max?: number }) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));
}

/** What every service needs to listen and to be watched; spread into its schema. A PORT of 0 takes any free one. */
export const httpConfig = {
  ...tracingConfig,
  PORT: wholeNumber({ min: 0, max: 65_535 }),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

const httpSchema = z.object(httpConfig);
export type HttpConfig = z.infer<typeof httpSchema>;

/**
 * Reads a service's settings; an empty variable counts as not set.
 * @throws ConfigError naming every bad variable, so that one restart fixes them all.
 */
export function loadConfig<T>(service: string, schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const variable = String(issue.path[0] ?? 'settings');
    const missing = issue.path.length > 0 && !(variable in given);
    if (!problems.has(variable)) problems.set(variable, missing ? 'is missing' : issue.message);
  }
  const lines = [...problems].map(([variable, problem]) => `\n  ${variable}: ${problem}`);
  throw new ConfigError(`${service} cannot start, these settings are wrong:${lines.join('')}`);
}
