import type { Random } from '@hub/brokerage';
import {
  type DeliveryFilter,
  type DeliveryPosition,
  findDeliveries,
  findLetters,
  letterGroups,
  type LetterFilter,
  type LetterPosition,
  parseBodyPath,
  type Tx,
} from '@hub/database/searching';
import { BODIES_EVERY } from './fill-day.ts';
import { contactId, eventId, tenantId } from './identities.ts';
import type { Prose } from './prose.ts';

/** One search, ready to be made. */
export interface Search {
  /** Tenants that the one who searches may see; `*` is an operator. */
  readonly see: readonly string[];
  readonly page: Page;
}

export type Page = (tx: Tx) => Promise<SeenPage>;

export interface SeenPage {
  readonly rows: number;
  /** The page after it; null when there is none. */
  readonly next: Page | null;
}

/** What searches are drawn from. */
export interface Ground {
  readonly random: Random;
  readonly prose: Prose;
  readonly deliveries: number;
  readonly tenants: number;
  readonly beginMs: number;
  readonly endMs: number;
}

export interface Kind {
  readonly name: string;
  /** False for searches for what is not there. */
  readonly finds: boolean;
  readonly draw: (ground: Ground) => Search;
}

/** Rows of a page, as the API gives them. */
export const LIMIT = 50;
const DAY_MS = 86_400_000;
/** Ranks of words: said in every second message, in one of a hundred, and in one of some thousand. */
const [COMMON, USUAL, RARE] = [2, 60, 1_200];
const NEVER_SAID = 'zyzzyvaquux';

/** The mix: what people look for, and what is hardest to find. */
export const KINDS: readonly Kind[] = [
  ...deliveryKinds({
    'newest of a tenant': (ground) => ({ tenantIds: tenantOf(ground) }),
    'a day of a tenant': (ground) => ({ tenantIds: tenantOf(ground), ...dayOf(ground) }),
    'type of a tenant': (ground) => ({ tenantIds: tenantOf(ground), type: 'NoteCreate' }),
    contact: (ground) => contactOf(ground),
    'webhook id': (ground) => ({ eventId: eventId(ground.random.int(ground.deliveries)) }),
    'common word': (ground) => ({ tenantIds: tenantOf(ground), text: ground.prose.word(COMMON) }),
    'usual word': (ground) => ({ tenantIds: tenantOf(ground), text: ground.prose.word(USUAL) }),
    'two words': (ground) => ({
      tenantIds: tenantOf(ground),
      text: `${ground.prose.word(USUAL)} ${ground.prose.word(COMMON)}`,
    }),
    'word of all tenants': (ground) => ({ text: ground.prose.word(USUAL + ground.random.int(40)) }),
    'dead ones of a tenant': (ground) => ({ tenantIds: tenantOf(ground), outcome: 'dead' }),
    'several tenants': (ground) => ({ tenantIds: [...tenantOf(ground), ...tenantOf(ground), ...tenantOf(ground)] }),
    'path, common value': (ground) => atPath(ground, '$.tags[*]=vip'),
  }),
  ...deliveryKinds(
    {
      'rare word': (ground) => ({
        tenantIds: tenantOf(ground),
        text: ground.prose.word(RARE + ground.random.int(2_000)),
      }),
      'word nobody said': (ground) => ({ tenantIds: tenantOf(ground), text: NEVER_SAID }),
      'tenant without rows': () => ({ tenantIds: ['benchNobody'] }),
      'type nobody sent': () => ({ type: 'Never' }),
      'source of nobody': (ground) => ({ tenantIds: tenantOf(ground), sourceId: 'never' }),
      'path, text not there': (ground) => atPath(ground, '$.email=nobody@example.com'),
      'path, number not there': (ground) => atPath(ground, '$.customFields[0].value=1'),
      'path, no word to go by': (ground) => atPath(ground, '$.deleted=true'),
    },
    { finds: false },
  ),
  ...deepKinds({
    'tenant, deep page': (ground) => ({ tenantIds: tenantOf(ground) }),
    'common word, deep page': (ground) => ({ tenantIds: tenantOf(ground), text: ground.prose.word(COMMON) }),
  }),
  ...letterKinds({
    'letters of a tenant': (ground) => ({ tenantIds: tenantOf(ground) }),
    'letters of a reason': (ground) => ({ tenantIds: tenantOf(ground), reason: 'notStorable' }),
    'letters that wait': () => ({ states: ['dead'] }),
    'letters of a cause': () => ({ reason: 'retriesUsedUp', cause: 'TypeError@fold-leads:foldLead' }),
    'letters with a word': (ground) => ({ text: ground.prose.word(USUAL) }),
    'letters by path': (ground) => ({ tenantIds: tenantOf(ground), bodyPath: path('$.tags[*]=vip') }),
  }),
  {
    name: 'letters by cause',
    finds: true,
    draw: () => ({
      see: ['*'],
      page: async (tx) => ({ rows: (await letterGroups(tx, { tenantIds: undefined, limit: 100 })).length, next: null }),
    }),
  },
];

type Draw<Filter> = (ground: Ground) => Filter;

function deliveryKinds(kinds: Readonly<Record<string, Draw<DeliveryFilter>>>, { finds } = { finds: true }): Kind[] {
  return Object.entries(kinds).map(([name, filterOf]) => ({
    name,
    finds,
    draw: (ground) => deliverySearch(filterOf(ground), undefined),
  }));
}

/** Somewhere in the middle of the list, as one who has turned many pages. */
function deepKinds(kinds: Readonly<Record<string, Draw<DeliveryFilter>>>): Kind[] {
  return Object.entries(kinds).map(([name, filterOf]) => ({
    name,
    finds: true,
    draw: (ground) => {
      const receivedAtMs = ground.endMs - Math.floor((5 + 15 * ground.random.unit()) * DAY_MS);
      return deliverySearch(filterOf(ground), { receivedAtMs, packSequence: '0', packPosition: 0 });
    },
  }));
}

function letterKinds(kinds: Readonly<Record<string, Draw<LetterFilter>>>): Kind[] {
  return Object.entries(kinds).map(([name, filterOf]) => ({
    name,
    finds: true,
    draw: (ground) => {
      const filter = filterOf(ground);
      return { see: seenBy(filter), page: letterPage(filter, undefined) };
    },
  }));
}

function deliverySearch(filter: DeliveryFilter, after: DeliveryPosition | undefined): Search {
  return { see: seenBy(filter), page: deliveryPage(filter, after) };
}

function deliveryPage(filter: DeliveryFilter, after: DeliveryPosition | undefined): Page {
  return async (tx) => {
    const { rows, next } = await findDeliveries(tx, filter, { limit: LIMIT, after });
    return { rows: rows.length, next: next === null ? null : deliveryPage(filter, next) };
  };
}

function letterPage(filter: LetterFilter, after: LetterPosition | undefined): Page {
  return async (tx) => {
    const { rows, next } = await findLetters(tx, filter, { limit: LIMIT, after });
    return { rows: rows.length, next: next === null ? null : letterPage(filter, next) };
  };
}

/** Who may see one tenant only, or all. */
function seenBy({ tenantIds }: { readonly tenantIds?: readonly string[] | undefined }): readonly string[] {
  return tenantIds ?? ['*'];
}

/** By Zipf's law: who has much is looked at much. */
function tenantOf({ random, tenants }: Ground): string[] {
  return [tenantId(Math.floor(Math.exp(random.unit() * Math.log(tenants + 1))))];
}

function contactOf({ random, tenants }: Ground): DeliveryFilter {
  const rank = Math.floor(Math.exp(random.unit() * Math.log(tenants + 1)));
  return { tenantIds: [tenantId(rank)], leadId: contactId(rank, random.int(5)) };
}

function dayOf({ random, beginMs, endMs }: Ground): Pick<DeliveryFilter, 'fromMs' | 'toMs'> {
  const fromMs = beginMs + random.int((endMs - beginMs) / DAY_MS) * DAY_MS;
  return { fromMs, toMs: fromMs + DAY_MS };
}

/** In a tenant whose bodies are kept. */
function atPath({ random, tenants }: Ground, text: string): DeliveryFilter {
  const rank = 1 + BODIES_EVERY * random.int(Math.ceil(Math.min(tenants, 40) / BODIES_EVERY));
  return { tenantIds: [tenantId(rank)], bodyPath: path(text) };
}

function path(text: string) {
  return parseBodyPath(text) ?? undefined;
}
