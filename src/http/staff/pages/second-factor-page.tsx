import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { ACCOUNT_WORDS } from '../words/account-words.ts';
import { CodeField, CopyButton, CopyScript, type Notice, NoticeLine } from './account-parts.tsx';

type Started = { qr: { size: number; path: string }; secret: string; backupCodes: string[] };

/** What an app must scan and the backup codes, shown this once, and the first code that turns the second factor on. */
export function secondFactorPage({
  frame,
  started,
  notice,
}: {
  frame: StaffFrame;
  started?: Started;
  notice?: Notice;
}) {
  const account = ACCOUNT_WORDS[frame.locale];
  const words = account.secondFactor;
  return (
    <StaffLayout frame={frame} title={words.title} head={started && <CopyScript />}>
      <h1>{words.title}</h1>
      {started && <Secrets frame={frame} started={started} />}
      <section class="card">
        <NoticeLine notice={notice} />
        <form method="post" action="/staff/account/second-factor/confirm" class="fields">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <CodeField label={words.code} />
          <button type="submit" class="button primary">
            {words.confirm}
          </button>
        </form>
      </section>
      <a class="button secondary" href="/staff/account">
        {started ? words.cancel : words.startAgain}
      </a>
    </StaffLayout>
  );
}

function Secrets({ frame, started }: { frame: StaffFrame; started: Started }) {
  const words = ACCOUNT_WORDS[frame.locale].secondFactor;
  const { qr, secret, backupCodes } = started;
  return (
    <>
      <section class="card">
        <h2>{words.scan}</h2>
        {/* Drawn into the page: a picture would need an address with the secret in it. */}
        <svg class="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={words.scan}>
          <path d={qr.path} />
        </svg>
        <p>
          {words.secret}
          <br />
          <code id="secret">{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </p>
        <CopyButton of="secret" locale={frame.locale} />
      </section>
      <section class="card tone-amber">
        <h2>{words.codesTitle}</h2>
        <p>{words.codesText}</p>
        <ul class="codes">
          {backupCodes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
