import { expect, jest, test } from '@jest/globals';
import { freePort } from '../../src/embedded/free-port.ts';
import { blockOf, goLiveCommands } from '../support/go-live-document.ts';
import { openHost } from '../support/go-live-host.ts';
import { openVendors } from '../support/go-live-vendors.ts';
import { createTestDatabase } from '../support/test-database.ts';

jest.setTimeout(240_000);

test.each(['docker', 'heroku'] as const)(
  'whoever follows docs/go-live.md on %s fills the shop from files of their own, with nothing but what is in the image',
  async (kind) => {
    const { sandbox, variables } = await openVendors(await freePort());
    const database = await createTestDatabase();
    const typed = { STAFF_PASSWORD: 'pneus-et-jantes-971' };
    // The suite's PostgreSQL takes no TLS.
    const itsOwn = { DATABASE_URL: database.url, PORT: '3000', PGSSLMODE: 'disable' };
    // compose hands .env on; on Heroku nothing is known but what is set there.
    const host = openHost(kind, { ...(kind === 'docker' ? variables : {}), ...itsOwn, ...typed });
    try {
      const env = Object.entries(variables).map(([key, value]) => `${key}=${value}\n`);
      host.write('.env', `# What the shop must know\n${env.join('')}\nDATABASE_POOL_SIZE=20\nSMTP_URL=\n`);
      host.write('locations.json', blockOf('json'));
      host.write('products.csv', blockOf('csv'));
      let said = '';
      for (const command of goLiveCommands(kind).filter((each) => !each.startsWith('git push'))) {
        const { code, stdout, stderr } = await host.run(command);
        expect(code === 0 ? 0 : { command, code, stdout, stderr }).toBe(0);
        said = stdout;
        const set = host.wasSet().map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]);
        host.know({ ...Object.fromEntries(set), ...itsOwn });
        const secret = /^STRIPE_WEBHOOK_SECRET=(\S+)$/m.exec(stdout)?.[1];
        if (secret) host.know({ STRIPE_WEBHOOK_SECRET: secret });
      }
      expect(said).toContain('Nothing is left to do.');
      expect(await database.db.location.findMany()).toMatchObject([{ code: 'JARRY', latitude: 16.2419 }]);
      expect(await database.db.product.findMany()).toMatchObject([{ sku: 'ESSAI-1', priceMinor: 100 }]);
      expect(await database.db.staffMember.findMany()).toMatchObject([
        { email: 'lucie@shop.example', role: 'manager' },
      ]);
      if (kind === 'docker') return;
      const { PORT: _port, DATABASE_URL: _database, ...others } = variables as Record<string, string>;
      const wasSet = host.wasSet();
      expect(wasSet).toEqual(expect.arrayContaining(Object.entries(others).map(([key, value]) => `${key}=${value}`)));
      // What Heroku's database allows, not what stood in .env.
      expect(wasSet.filter((each) => /^(PORT|DATABASE_|SMTP_URL|#)/.test(each))).toEqual(['DATABASE_POOL_SIZE=3']);
    } finally {
      host.close();
      await database.close();
      await sandbox.stop();
    }
  },
);
