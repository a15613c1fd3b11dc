import { type Feature, FEATURES } from './features/table.ts';
import type { AdditiveModel } from './model/additive.ts';
import { PRIORS } from './model/priors.ts';

/** The part of the README that is made from the code: every feature, and every hand-set shape with its reason. */
export function generatedDocs(): string {
  return [
    '### Features',
    '',
    ...table(['feature', 'group', 'unit', 'definition', 'missing when', 'more of it is'], FEATURES.map(featureRow)),
    ...Object.values(PRIORS).flatMap((model) => ['', ...shapes(model)]),
  ].join('\n');
}

function featureRow({ name, group, unit, definition, missing, more }: Feature): readonly string[] {
  return [`\`${name}\``, group, unit, definition, missing, more ?? ''];
}

function shapes(model: AdditiveModel): readonly string[] {
  const rows = FEATURES.flatMap(({ name }) => {
    const shape = model.shapes[name];
    if (shape === undefined) return [];
    const knots = shape.knots.map(([x, y]) => `${x}: ${signed(y)}`).join(', ');
    return [[`\`${name}\``, knots, signed(shape.missing), shape.reason]];
  });
  const unused = FEATURES.filter(({ name }) => model.shapes[name] === undefined).map(({ name }) => `\`${name}\``);
  return [
    `### ${model.name} (${model.version}, hand-set)`,
    '',
    `Odds of ${model.target}. Intercept ${model.intercept}. No part in it: ${unused.join(', ')}.`,
    '',
    ...table(['feature', 'value: log-odds', 'missing', 'reason'], rows),
  ];
}

function signed(logOdds: number): string {
  return logOdds > 0 ? `+${logOdds}` : String(logOdds);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
