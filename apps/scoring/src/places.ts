import type { ReceivedWebhook } from '@hub/contracts';
import type { Pack } from './packs.ts';

/** Where one copy of a webhook stands in the inbox: with the time it was received this names the copy for good. */
export interface Place {
  readonly packSequence: number;
  readonly packPosition: number;
  /** Epoch ms when its pack was on disk, by the broker's clock. */
  readonly storedAtMs: number;
  /** How often its pack was delivered, this time included. */
  readonly attempt: number;
}

/** Of the webhooks of a batch. */
export type Places = ReadonlyMap<ReceivedWebhook, Place>;

export function placesOf(packs: readonly Pack[]): Places {
  const places = new Map<ReceivedWebhook, Place>();
  for (const { sequence, storedAtMs, deliveries, webhooks } of packs) {
    for (const [packPosition, webhook] of webhooks.entries()) {
      places.set(webhook, { packSequence: sequence, packPosition, storedAtMs, attempt: deliveries });
    }
  }
  return places;
}

export function placeOf(places: Places, webhook: ReceivedWebhook): Place {
  const place = places.get(webhook);
  if (place === undefined) throw new Error('a webhook is in none of the packs of its batch');
  return place;
}
