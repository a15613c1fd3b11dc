import { createHash } from 'node:crypto';
import type { StatedMachine } from '@hub/contracts';

/** What a report of an open or click says about who made it; null is not said. Texts are in lower case. */
export interface MailClient {
  readonly bot: string | null;
  readonly type: string | null;
  readonly agent: string | null;
  readonly method: string | null;
}

/** Proxies that fetch the pictures of a mail so that the reader stays unseen. */
const PROXIES = /googleimageproxy|yahoomailproxy|image-?proxy|mail-?privacy/;

/** Gateways that try links for the reader, and programs that call themselves what they are. */
const SCANNERS =
  /barracuda|proofpoint|mimecast|safelinks|ironport|ciscosecure|messagelabs|symantec|fireeye|trend ?micro|sophos|fortinet|\b(bot|crawler|spider|scanner|preview)\b|bot\/|headless|python|\bcurl\b|wget|go-http|java\/|httpclient|libwww|phantomjs/;

/**
 * The machine that a report names as the one that opened or clicked; undefined where it names none, which proves no
 * person: many scanners pose as browsers.
 */
export function statedMachineOf({ bot, type, agent, method }: MailClient): StatedMachine | undefined {
  if (bot === 'apple' || bot === 'gmail') return 'privacyProxy';
  if (bot !== null) return 'markedBot';
  if (method === 'head') return 'headRequest';
  if (agent !== null && PROXIES.test(agent)) return 'privacyProxy';
  if (type === 'robot' || (agent !== null && SCANNERS.test(agent))) return 'scannerAgent';
  return undefined;
}

/** Tells links apart without keeping them: an address may hold who it was sent to. */
export function linkOf(url: string): string {
  return createHash('sha256').update(url).digest('base64url').slice(0, 12);
}
