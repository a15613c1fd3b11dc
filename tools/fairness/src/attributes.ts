import type { Column } from '@hub/intelligence/training';
import type { SimulatedLead } from './simulated-leads.ts';

/** What of a person no score may tell, as far as a name and a number give it away. */
export function attributesOf(leads: readonly SimulatedLead[]): readonly Column[] {
  return [
    category(
      'the given name',
      leads.map(({ firstName }) => firstName),
    ),
    category(
      'the initial of the given name',
      leads.map(({ firstName }) => firstName.charAt(0)),
    ),
    category(
      'the family name',
      leads.map(({ lastName }) => lastName),
    ),
    category(
      'the initial of the family name',
      leads.map(({ lastName }) => lastName.charAt(0)),
    ),
    category(
      'the area code',
      leads.map(({ areaCode }) => areaCode),
    ),
  ];
}

function category(name: string, texts: readonly string[]): Column {
  const levels = [...new Set(texts)].toSorted();
  const indexOf = new Map(levels.map((level, index) => [level, index]));
  return {
    kind: 'category',
    name,
    levels,
    values: Float64Array.from(texts, (text) => indexOf.get(text) ?? Number.NaN),
  };
}
