import { Random } from '@hub/brokerage';

/** Words of messages about property, the common ones first. */
const COMMON = `the you to a is we for it this house on and can see that at still in of would like thanks are my viewing
price have your be could time what how about please me tomorrow today call when available offer garden kitchen bedroom
school parking open week saturday sunday morning afternoon evening mortgage agent visit pictures street floor lease rent
deposit closing inspection roof basement garage pool balcony view quiet near station market budget seller buyer listing
square feet tax insurance bank loan approved keys move date family work city neighborhood renovated new old large small
bright sunny corner unit condo townhouse cottage loft studio duplex acre yard fence deck porch heating furnace window door
counter oven fridge laundry closet attic stairs elevator lobby gym doorman concierge association fee utilities water power
gas internet pets dog cat smoking furnished lighting carpet tile hardwood granite marble steel oak maple pine brick stone`.split(
  /\s+/,
);

const SYLLABLES = 'ba be do fa ga hi jo ka lu me ni no pa ra ri sa so ta to ve wi yo za lin mar ton ber ley wick'.split(
  ' ',
);
const RARE_WORDS = 4_000;

/** A vocabulary in which the n-th word is said about 1/n times as often as the first, and phrases made of it. */
export class Prose {
  readonly #random: Random;
  readonly #words: readonly string[];

  constructor(seed: number) {
    this.#random = new Random(`prose ${seed}`);
    this.#words = [...COMMON, ...Array.from({ length: RARE_WORDS }, () => this.#invented())];
  }

  /** The word of a rank, from 0. */
  word(rank: number): string {
    return this.#words[rank] ?? '';
  }

  phrase(words: number): string {
    return Array.from({ length: words }, () => this.word(this.#rank())).join(' ');
  }

  /** Made up, for people who do not exist. */
  name(): string {
    const word = this.#invented();
    return word.charAt(0).toUpperCase() + word.slice(1);
  }

  /** Zipf's law: log-uniform ranks. */
  #rank(): number {
    return Math.floor(Math.exp(this.#random.unit() * Math.log(this.#words.length))) - 1;
  }

  #invented(): string {
    return Array.from({ length: 3 + this.#random.int(2) }, () => this.#random.pick(SYLLABLES)).join('');
  }
}
