export default async function globalTeardown() {
  await (globalThis as unknown as { __stopPostgres(): Promise<void> }).__stopPostgres();
}
