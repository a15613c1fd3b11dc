import type { LeadEvent } from '@hub/contracts';
import type { LeadSummary } from '@hub/database';
import { newSignInToken } from '@hub/session';
import type pg from 'pg';

export const NOW_MS = Date.parse('2026-09-01T12:00:00Z');

export async function addTenant(owner: pg.Client, id: string, name: string): Promise<void> {
  await owner.query('INSERT INTO tenants (id, name) VALUES ($1, $2)', [id, name]);
}

/** @returns The token of a one-time link. */
export async function addLink(
  owner: pg.Client,
  user: { id: string; tenants: '*' | readonly string[]; expiresAtMs: number },
): Promise<string> {
  const { token, tokenHash } = newSignInToken();
  const all = user.tenants === '*';
  await owner.query(
    `INSERT INTO users (id, name, all_tenants, tenant_ids) VALUES ($1, 'Jo', $2, $3)
     ON CONFLICT (id) DO UPDATE SET all_tenants = excluded.all_tenants, tenant_ids = excluded.tenant_ids`,
    [user.id, all, all ? [] : user.tenants],
  );
  await owner.query(
    'INSERT INTO sign_in_links (token_hash, user_id, expires_at) VALUES ($1, $2, to_timestamp($3::float8 / 1000))',
    [tokenHash, user.id, user.expiresAtMs],
  );
  return token;
}

export interface SeedLead {
  readonly tenantId: string;
  readonly leadId: string;
  readonly conversion?: number;
  readonly goingCold?: number;
  readonly band?: LeadSummary['band'];
  readonly isOpen?: boolean;
  readonly firstSeenAtMs?: number;
}

/** A scored lead, with the decision behind it. */
export async function addLead(owner: pg.Client, lead: SeedLead): Promise<void> {
  const { conversion = 0.5, goingCold = 0.5, band = 'warm', isOpen = true, firstSeenAtMs = NOW_MS } = lead;
  const summary: LeadSummary = {
    leadId: lead.leadId,
    version: 1,
    name: `Lead ${lead.leadId}`,
    scoredAtMs: NOW_MS,
    conversion: { logit: 0.25, probability: conversion },
    goingCold: { logit: 0, probability: goingCold },
    match: null,
    band,
    thinEvidence: null,
    isOpen,
    reasons: [],
    lastTouchAtMs: null,
    lastTouchType: null,
    stage: null,
    sparkline: [conversion],
    modelHash: 'prior',
    modelKind: 'prior',
    servedBy: 'builtin',
  };
  await owner.query(
    `INSERT INTO models (hash, name, kind, features, intercept)
     VALUES ('conversion', 'conversion', 'prior', '{replies}', -1), ('cold', 'goingCold', 'prior', '{silence}', -2)
     ON CONFLICT DO NOTHING`,
  );
  await owner.query(
    `INSERT INTO leads (tenant_id, lead_id, version, first_seen_at, event_count, is_open, band, conversion_p,
       going_cold_p, scored_at, summary)
     VALUES ($1, $2, 1, to_timestamp($3::float8 / 1000), 1, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9)`,
    [lead.tenantId, lead.leadId, firstSeenAtMs, isOpen, band, conversion, goingCold, NOW_MS, JSON.stringify(summary)],
  );
  await owner.query(
    `INSERT INTO scores (tenant_id, lead_id, version, scored_at, event_ids, band, features, conversion_model,
       conversion_logit, conversion_contributions, going_cold_model, going_cold_logit, going_cold_contributions)
     VALUES ($1, $2, 1, to_timestamp($3::float8 / 1000), '{}', $4, '{3}', 'conversion', 0.25, '{1.25}', 'cold', 0, '{2}')`,
    [lead.tenantId, lead.leadId, NOW_MS, band],
  );
}

export async function addEvent(
  owner: pg.Client,
  event: { tenantId: string; leadId: string; eventId: string; atMs: number; body: Buffer; leadEvents?: LeadEvent[] },
): Promise<void> {
  await owner.query(
    `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, headers,
       traceparent, body)
     VALUES ($1, $2, to_timestamp($3::float8 / 1000), 'ghl', 'InboundMessage', to_timestamp($4::float8 / 1000), $5, $6,
       '{}', '', $7)`,
    [
      event.tenantId,
      event.eventId,
      event.atMs + 250,
      event.atMs,
      event.leadId,
      JSON.stringify(event.leadEvents ?? []),
      event.body,
    ],
  );
}
