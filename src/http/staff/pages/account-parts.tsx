import type { Locale } from '../../../domain/locale.ts';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../../../domain/password.ts';
import { ACCOUNT_WORDS } from '../words/account-words.ts';

/** What a form came to, where its page says it. */
export type Notice = { isGood: boolean; text: string };

export function NoticeLine({ notice }: { notice?: Notice | undefined }) {
  if (!notice) return null;
  return (
    <p class={`notice ${notice.isGood ? 'tone-green' : 'tone-red'}`} role={notice.isGood ? 'status' : 'alert'}>
      {notice.text}
    </p>
  );
}

export function PasswordField({ name, label }: { name: string; label: string }) {
  return (
    <label>
      {label}
      <input type="password" name={name} autocomplete="current-password" maxLength={200} required />
    </label>
  );
}

/** A new password, twice: nobody sees what they type. */
export function NewPasswordFields({ locale }: { locale: Locale }) {
  const words = ACCOUNT_WORDS[locale];
  const field = { minLength: MIN_PASSWORD_CHARS, maxLength: MAX_PASSWORD_CHARS, required: true };
  return (
    <>
      <label>
        {words.newPassword}
        <small class="soft">{words.passwordHint}</small>
        <input type="password" name="password" autocomplete="new-password" {...field} />
      </label>
      <label>
        {words.again}
        <input type="password" name="again" autocomplete="new-password" {...field} />
      </label>
    </>
  );
}

/** `isOthers`: no address of whoever types it. */
export function EmailField({
  label,
  value,
  isOthers,
}: {
  label: string;
  value?: string | undefined;
  isOthers?: boolean;
}) {
  return (
    <label>
      {label}
      <input
        type="email"
        name="email"
        value={value}
        autocomplete={isOthers ? 'off' : 'username'}
        autocapitalize="none"
        spellcheck={false}
        maxLength={200}
        required
      />
    </label>
  );
}

/** Copies the text of the element with this id; `copy.js` shows it where the browser can. */
export function CopyButton({ of, locale }: { of: string; locale: Locale }) {
  const words = ACCOUNT_WORDS[locale];
  return (
    <>
      <button type="button" class="button secondary" data-copies={of} data-done={words.copied} hidden>
        {words.copy}
      </button>
      <span class="soft small" role="status" />
    </>
  );
}

export const CopyScript = () => <script src="/assets/copy.js" defer />;

/** Six digits of an app; with `isBackupToo`, a backup code as well. */
export function CodeField({ label, isBackupToo = false }: { label: string; isBackupToo?: boolean }) {
  return (
    <label>
      {label}
      <input
        type="text"
        name="code"
        autocomplete="one-time-code"
        inputMode={isBackupToo ? 'text' : 'numeric'}
        autocapitalize="none"
        spellcheck={false}
        maxLength={20}
        required
      />
    </label>
  );
}
