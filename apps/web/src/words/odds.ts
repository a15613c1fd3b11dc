/** A probability as whole leads of a hundred, for narrow places: `18`, `<1`, `>99`. */
export function in100(probability: number): string {
  if (probability < 0.005) return '<1';
  if (probability >= 0.995) return '>99';
  return String(Math.round(probability * 100));
}

/** The same in words: `18 in 100`. */
export function oddsWords(probability: number): string {
  return `${in100(probability).replace('<', 'under ').replace('>', 'over ')} in 100`;
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The bounds of a probability: `between 4 and 9 in 100`. */
export function rangeWords({ low, high }: { readonly low: number; readonly high: number }): string {
  const [from, to] = [in100(low), in100(high)];
  return from === to
    ? `close to ${oddsWords(low)}`
    : `between ${from.replace('<', 'under ')} and ${to.replace('>', 'over ')} in 100`;
}
