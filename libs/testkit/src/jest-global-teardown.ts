export default async function tearDown(): Promise<void> {
  const { stopSharedPostgres } = globalThis as { stopSharedPostgres?: () => Promise<void> };
  await stopSharedPostgres?.();
}
