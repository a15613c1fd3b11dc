import { parseArgs } from 'node:util';
import { TASK_NAMES, type TaskName } from './sets/data-set.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Options {
  /** The folder that holds a folder per data set. */
  readonly data: string;
  readonly only: readonly TaskName[];
  readonly json: boolean;
  /** Where the report goes. */
  readonly out: string;
}

const USAGE = `npm run evaluate -- --data <folder> [--only ${TASK_NAMES[0]},…] [--out <folder>] [--json]

  --data   the folder that holds bpic2012, uci-bank-marketing and the other sets
  --only   some of: ${TASK_NAMES.join(', ')} (all)
  --out    where the report and its plots are written (.hub/evaluation)
  --json   one object with all figures as the last line`;

/** @throws UsageError naming what is wrong, with how the command is used. */
export function readOptions(args: readonly string[]): Options {
  const { data = '', only = '', json, out } = parsed(args);
  if (data === '') throw new UsageError(`--data is missing\n${USAGE}`);
  const wanted = only.split(',').filter((name) => name !== '');
  const unknown = wanted.filter((name) => !isTaskName(name));
  if (unknown.length > 0) throw new UsageError(`--only: there is no ${unknown.join(', ')}\n${USAGE}`);
  return { data, only: wanted.length === 0 ? TASK_NAMES : wanted.filter(isTaskName), json, out };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        out: { type: 'string', default: '.hub/evaluation' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

function isTaskName(name: string): name is TaskName {
  return (TASK_NAMES as readonly string[]).includes(name);
}
