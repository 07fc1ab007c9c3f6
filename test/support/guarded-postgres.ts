import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startThrowAwayPostgres } from './embedded-postgres.ts';

/** What a host's PostgreSQL looks like: TLS or nothing, a certificate nobody knows, an owner who is no superuser. */
export async function startGuardedPostgres() {
  const postgres = await startThrowAwayPostgres();
  const admin = new pg.Client({ connectionString: postgres.url('postgres') });
  await admin.connect();
  const setting = async (name: string) => String(Object.values((await admin.query(`SHOW ${name}`)).rows[0])[0]);
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-tls-'));
  const [key, certificate] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=postgres', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...files, ...subject], {
    stdio: 'pipe',
  });
  const data = await setting('data_directory');
  const { uid, gid } = statSync(data);
  for (const [from, to] of [
    [key, 'server.key'],
    [certificate, 'server.crt'],
  ] as const) {
    writeFileSync(path.join(data, to), readFileSync(from), { mode: 0o600 });
    chownSync(path.join(data, to), uid, gid);
  }
  const rules = await setting('hba_file');
  writeFileSync(rules, '');
  appendFileSync(rules, 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  await admin.query('ALTER SYSTEM SET ssl = on');
  await admin.query(`CREATE ROLE shop_owner LOGIN PASSWORD 'owner'`);
  // PostgreSQL 16 and later: who makes a role may put others into it.
  await admin.query('ALTER ROLE shop_owner CREATEROLE');
  await admin.query('CREATE DATABASE shop OWNER shop_owner');
  await admin.query('ALTER SCHEMA public OWNER TO pg_database_owner');
  await admin.query('SELECT pg_reload_conf()');
  await admin.end();
  const url = (user: string, password: string) => {
    const address = new URL(postgres.url('shop'));
    [address.username, address.password] = [user, password];
    return address.toString();
  };
  return {
    certificate,
    ownerUrl: url('shop_owner', 'owner'),
    shopUrl: url('shop', 'shop'),
    async stop() {
      await postgres.stop();
      rmSync(dir, { recursive: true });
    },
  };
}
