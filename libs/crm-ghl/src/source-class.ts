/** Words of GHL's free-text lead source, strongest first: a referral by a portal's form is still a referral. */
const CLASSES: readonly (readonly [name: string, words: RegExp])[] = [
  ['referral', /\brefer|past client|word of mouth|sphere/],
  ['open house', /open house|\bsign\b|walk.?in/],
  ['portal', /portal|zillow|trulia|realtor|redfin|homes\.com|\bidx\b/],
  ['ads', /\bads?\b|adwords|ppc|campaign|google/],
  ['social', /facebook|\bfb\b|instagram|\big\b|tiktok|linkedin|youtube|social/],
  ['phone', /\bcall|phone|\bsms\b|\btext\b/],
  ['import', /import|\bcsv\b|\blist\b|upload|\bapi\b/],
  ['website', /web|site|form|landing|funnel|chat|widget|survey|calendar|booking/],
];

/**
 * Where a lead came from, as one of a few words; null when the CRM does not say, `other` when we do not know the text.
 * This is the channel of `lead.created` and `lead.updated`.
 */
export function sourceClass(source: string | null): string | null {
  if (source === null) return null;
  const lower = source.toLowerCase();
  return CLASSES.find(([, words]) => words.test(lower))?.[0] ?? 'other';
}
