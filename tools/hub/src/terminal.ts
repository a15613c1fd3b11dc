/** How our commands read their line and print their answers, for other tools to do the same. */
export { type Arguments, type CommandLine, readArguments, readCommandLine } from './arguments.ts';
export { confirm } from './confirm.ts';
export { print } from './print.ts';
export { type Cell, durationText, table, timeText } from './table.ts';
export { UsageError } from './usage-error.ts';
