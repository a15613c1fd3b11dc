import { print, readCommandLine, table, timeText, UsageError } from '@hub/hub/terminal';
import { changesOf, listModels, readModel, type RecordedChange, type StoredModel } from '@hub/database/registry';
import { type Estimate, manifest, type Manifest, type Measured } from '@hub/intelligence';
import { type Command, Refused } from './command.ts';
import { findModel, nameOf } from './find-model.ts';

/** `show MODEL`: what it was made from, how well it did, what became of it. */
export const show: Command = async ({ database }, args) => {
  const { words, flags } = readCommandLine(args, { names: [], flags: ['json'], mostWords: 1 });
  const [word] = words;
  if (word === undefined) throw new UsageError('show needs a model: name@version or the beginning of its hash');
  const { hash, name } = findModel(await listModels(database), word);
  const [model, changes] = await Promise.all([readModel(database, hash), changesOf(database, name)]);
  if (model === null) throw new Refused(`${word} is not registered any more`);
  const history = changes.filter((change) => change.model === hash || change.replaced === hash);
  const { onnx, model: _json, ...rest } = model;
  print(flags.has('json'), { ...rest, onnxBytes: onnx.length, history }, showText(model, history));
  return 0;
};

export function showText(model: StoredModel, history: readonly RecordedChange[]): string {
  const said = manifest.parse(model.manifest);
  const head = [
    `${nameOf(model)} is ${model.state}`,
    `hash: ${model.hash}`,
    `foretells: ${said.label.target} (${said.label.version})`,
    `made: ${said.createdAt}, code ${said.codeVersion}, features ${said.featureVersion}`,
    `learned from: ${said.data.source}, ${said.data.from} to ${said.data.until}, ` +
      `${said.data.leads} leads, ${said.data.positives} of ${said.data.rows} moments came true`,
    ...said.warnings.map((warning) => `warning: ${warning}`),
  ];
  const past = history.map(({ atMs, action, model: hash, actor, reason }) => [
    timeText(atMs),
    hash === model.hash ? action : `${action} of another`,
    actor,
    reason,
  ]);
  return `${head.join('\n')}\n\n${metricsText(said)}\n${table(['at', 'what', 'by', 'because'], past)}\n${model.card}`;
}

const MEASURES: Readonly<Record<keyof Measured, string>> = {
  auc: 'AUC',
  prAuc: 'PR-AUC',
  brier: 'Brier score',
  ece: 'calibration error',
  lift20: 'lift at 20 %',
};

function metricsText({ metrics }: Manifest): string {
  const keys = Object.keys(MEASURES) as (keyof Measured)[];
  const rows = keys.map((key) => [
    MEASURES[key],
    estimateText(metrics.model[key]),
    estimateText(metrics.logistic[key]),
    metrics.prior === null ? null : estimateText(metrics.prior[key]),
  ]);
  return table(['on the last slice', 'model', 'logistic', 'prior'], rows);
}

export function estimateText({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
