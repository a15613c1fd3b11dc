import pg from 'pg';

/** The login every service uses: no ownership, no superuser, no way around row-level security. */
export const SERVICE_ROLE = 'hub_service';

const GRANTS = [
  `GRANT SELECT, INSERT, UPDATE ON tenants, leads, dead_letters, sources, source_keys TO ${SERVICE_ROLE}`,
  `GRANT SELECT, INSERT ON event_ids, events, scores, models TO ${SERVICE_ROLE}`,
  // The state is all that ever changes of a model.
  `GRANT UPDATE (state) ON models TO ${SERVICE_ROLE}`,
  `GRANT SELECT, INSERT ON model_changes, shadow_scores, tenant_shifts TO ${SERVICE_ROLE}`,
  `GRANT EXECUTE ON FUNCTION prune_shadow_scores TO ${SERVICE_ROLE}`,
  `GRANT SELECT ON event_id_days TO ${SERVICE_ROLE}`,
  `GRANT EXECUTE ON FUNCTION open_event_id_day, drop_event_id_days, event_id_prefixes TO ${SERVICE_ROLE}`,
  `GRANT SELECT, INSERT ON deliveries, audit TO ${SERVICE_ROLE}`,
  `GRANT SELECT, INSERT, UPDATE ON replays, sweeps TO ${SERVICE_ROLE}`,
  `GRANT SELECT ON dead_letter_groups, visible_dead_letters, visible_deliveries TO ${SERVICE_ROLE}`,
  `GRANT EXECUTE ON FUNCTION ensure_delivery_days TO ${SERVICE_ROLE}`,
  `GRANT EXECUTE ON FUNCTION ensure_partitions, consume_sign_in_link, all_tenants TO ${SERVICE_ROLE}`,
  `GRANT SELECT, INSERT, UPDATE ON inbox_packs, ledger_minutes, duplicate_deliveries, minute_tallies, hour_answers, alerts,
     service_signs, suspect_sources, downtime_estimates, payload_types, payload_fields TO ${SERVICE_ROLE}`,
  `GRANT SELECT, INSERT ON applied_messages, refusals, schema_changes TO ${SERVICE_ROLE}`,
  // A sign of life that comes late shows that a gap was shorter, or none.
  `GRANT SELECT, INSERT, UPDATE, DELETE ON downtimes TO ${SERVICE_ROLE}`,
  `GRANT EXECUTE ON FUNCTION prune_counts TO ${SERVICE_ROLE}`,
];

/**
 * Creates the service login or gives it the new password, and grants what it needs: safe to repeat.
 * Roles belong to the whole server, so two databases of one server share it.
 * @throws Error when the existing role could bypass row-level security.
 */
export async function ensureServiceRole(client: pg.ClientBase, password: string): Promise<void> {
  const found = await client.query<{ unsafe: boolean }>(
    'SELECT rolsuper OR rolbypassrls AS unsafe FROM pg_roles WHERE rolname = $1',
    [SERVICE_ROLE],
  );
  if (found.rows[0]?.unsafe === true) {
    throw new Error(`role ${SERVICE_ROLE} is superuser or has BYPASSRLS; take that away before migrating`);
  }
  const verb = found.rows.length === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${SERVICE_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD ${pg.escapeLiteral(password)}`,
  );
  for (const grant of GRANTS) await client.query(grant);
}
