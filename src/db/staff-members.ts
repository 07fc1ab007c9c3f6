import type { Db } from './client.ts';

/** Where managers are written to. Who left keeps a row for the orders they handed over, but no account. */
export async function emailsOfManagers(db: Db): Promise<string[]> {
  const managers = await db.staffMember.findMany({
    where: { role: 'manager', accounts: { some: {} } },
    orderBy: { createdAt: 'asc' },
    select: { email: true },
  });
  return managers.map(({ email }) => email);
}
