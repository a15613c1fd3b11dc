import { confirm, print, readCommandLine, table, UsageError } from '@hub/hub/terminal';
import { addShifts, type Because, type NewShift } from '@hub/database/registry';
import { recalibrateByTenant, type TenantShift } from '@hub/intelligence/training';
import { because } from '../change.ts';
import { type Command, Refused } from '../command.ts';
import { answersOf } from './answers.ts';
import { findJudged } from './judged-model.ts';
import { knowable, type KnownOutcomes, knownOutcomes, labelled } from './known-outcomes.ts';

const MOST = 50_000;
const KNOWN = { names: ['because', 'by'], flags: ['json', 'yes'], mostWords: 1 } as const;

/** `recalibrate MODEL`: by how much the odds of each tenant differ from the pooled model, from what became of its decisions. */
export const recalibrate: Command = async (registry, args) => {
  const { words, values, flags } = readCommandLine(args, KNOWN);
  const [word] = words;
  if (word === undefined) throw new UsageError('recalibrate needs a model, such as conversion@champion');
  const { database } = registry;
  const model = await findJudged(database, word);
  const [hash] = model.hashes;
  if (hash === undefined || word.endsWith('@prior')) throw new Refused('a prior knows no tenant: it takes no shift');
  const nowMs = Date.now();
  const name = labelled(model.name);
  const answers = await answersOf(database, [model], { ...knowable(name, nowMs), most: MOST });
  const outcomes = await knownOutcomes(database, name, answers, nowMs);
  if (outcomes.labels.length === 0) throw new Refused(`${model.shown}: no outcome of its decisions is known yet`);
  const shifts = shiftsOf(outcomes);
  process.stderr.write(flags.has('json') ? '' : shiftsText(shifts));
  const question = `shift the odds of ${shifts.size} tenants under ${model.shown} from now on?`;
  if (!flags.has('yes') && !(await confirm(question))) {
    process.stderr.write('nothing was changed\n');
    return 1;
  }
  const why: Because = because(values);
  await addShifts(database, hash, [...shifts].map(toNew), why);
  await registry.changed(model.name);
  const answer = { model: model.shown, hash, shifts: Object.fromEntries(shifts) };
  print(flags.has('json'), answer, `${shifts.size} tenants are shifted now\n`);
  return 0;
};

/** From the log-odds before the shift that was in force then. */
function shiftsOf({ answers, labels, groups }: KnownOutcomes): ReadonlyMap<string, TenantShift> {
  return recalibrateByTenant({
    logits: answers.map(({ logits: [logit = 0], shift }) => logit - shift),
    labels,
    tenants: answers.map(({ tenantId }) => tenantId),
    groups,
  }).byTenant;
}

function toNew([tenantId, { shift, rows, positives }]: readonly [string, TenantShift]): NewShift {
  return { tenantId, shift, rows, positives };
}

function shiftsText(shifts: ReadonlyMap<string, TenantShift>): string {
  const rows = [...shifts].map(([tenantId, { leads, positives, shift, standardError }]) => [
    tenantId,
    leads,
    positives,
    `${shift >= 0 ? '+' : ''}${shift.toFixed(3)}`,
    standardError.toFixed(3),
  ]);
  return table(['tenant', 'leads', 'came true', 'shift in log-odds', 'standard error'], rows);
}
