// Vendors whose libraries are loaded with their first call: a web that answers nobody has no model in its memory, a worker no log-in.
import type {
  GuessablePasswords,
  Log,
  Mailer,
  Messenger,
  Model,
  OwnAccount,
  Scheduler,
  StaffAccounts,
  TemplateRegistry,
  Transcriber,
} from '../ports.ts';
import type { Clockwork, ClockworkOptions } from './agenda.ts';
import { loadLate, once, onFirstCall } from './first-call.ts';
import type { MailSettings } from './mail.ts';
import type { OpenAiSettings } from './openai.ts';
import type { StaffAuthOptions } from './staff-auth.ts';
import type { TwilioSettings } from './twilio-client.ts';

export function openMessenger(settings: TwilioSettings, log: Pick<Log, 'warn'>) {
  const opened = once(async () => (await loadLate(() => import('./twilio.ts'))).createMessenger(settings, log));
  const messenger = onFirstCall<Messenger>({ send: true, findSent: true, showTyping: true }, opened);
  return {
    // Nobody waits for it, nor hears that there is nothing to show it with: that must not end the process in the middle of a turn.
    messenger: { ...messenger, showTyping: (sid: string) => messenger.showTyping(sid).catch(() => {}) },
    templates: onFirstCall<TemplateRegistry>(
      { submit: true, approvalOf: true },
      async () => (await opened()).templates,
    ),
  };
}

export const openModelSdk = (settings: OpenAiSettings): Model => ({
  name: settings.model,
  ...onFirstCall<Pick<Model, 'respond'>>({ respond: true }, async () =>
    (await loadLate(() => import('./openai.ts'))).createModel(settings),
  ),
});

export const openTranscriber = (settings: Omit<OpenAiSettings, 'model'>): Transcriber =>
  onFirstCall<Transcriber>({ transcribe: true }, async () =>
    (await loadLate(() => import('./openai-audio.ts'))).createTranscriber(settings),
  );

export const openMailer = (settings: MailSettings): Mailer =>
  onFirstCall<Mailer>({ send: true }, async () => (await loadLate(() => import('./mail.ts'))).createMailer(settings));

export function openStaffAccounts(options: StaffAuthOptions): StaffAccounts {
  const opened = once(async () => (await loadLate(() => import('./staff-accounts.ts'))).createStaffAccounts(options));
  const calls = { signIn: true, confirmSignIn: true, signOut: true, current: true, mayTry: true } as const;
  const secrets = { confirmPassword: true, hashPassword: true, rememberDevice: true } as const;
  return {
    ...onFirstCall<Omit<StaffAccounts, 'ownAccountIn'>>({ ...calls, ...secrets }, opened),
    ownAccountIn: (tx) =>
      onFirstCall<OwnAccount>(
        { changePassword: true, startSecondFactor: true, confirmSecondFactor: true, stopSecondFactor: true },
        async () => (await opened()).ownAccountIn(tx),
      ),
  };
}

export const openGuessablePasswords = (): GuessablePasswords =>
  onFirstCall<GuessablePasswords>({ isGuessable: true }, async () =>
    (await loadLate(() => import('./guessable-passwords.ts'))).createGuessablePasswords(),
  );

/**
 * The clock, wound up with the first job or by `open`; at once where MongoDB keeps it, so that an address that does not answer is told
 * at the start. `stop` stops it if it was opened.
 */
export async function openClockwork(options: ClockworkOptions) {
  let wound: Promise<Clockwork> | undefined;
  const open = once(() => {
    wound = loadLate(() => import('./agenda.ts')).then(({ createClockwork }) => createClockwork(options));
    return wound;
  });
  const pingMongodb = options.mongodbUrl && (await open()).pingMongodb;
  return {
    open,
    scheduler: onFirstCall<Scheduler>({ remindAt: true }, async () => (await open()).scheduler),
    ...(pingMongodb && { pingMongodb }),
    stop: async () => (await wound?.catch(() => undefined))?.stop(),
  };
}
