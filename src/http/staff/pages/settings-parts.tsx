import type { ComponentChildren } from 'preact';
import type { Locale } from '../../../domain/locale.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { SETTINGS_WORDS } from '../words/settings-words.ts';
import { type Notice, NoticeLine } from './account-parts.tsx';

const SECTIONS = [
  ['shop', '/staff/settings'],
  ['reminders', '/staff/settings/reminders'],
  ['places', '/staff/settings/places'],
] as const;
export type SettingsSection = (typeof SECTIONS)[number][0];

/** A page of the settings, under the links to its neighbours. */
export function SettingsLayout(props: {
  frame: StaffFrame;
  section: SettingsSection;
  notice?: Notice | undefined;
  children: ComponentChildren;
}) {
  const words = SETTINGS_WORDS[props.frame.locale];
  return (
    <StaffLayout frame={props.frame} title={`${words.settings}: ${words.sections[props.section]}`}>
      <h1>{words.settings}</h1>
      <nav class="sections" aria-label={words.settings}>
        {SECTIONS.map(([section, path]) => (
          <a key={path} href={path} aria-current={section === props.section ? 'page' : undefined}>
            {words.sections[section]}
          </a>
        ))}
      </nav>
      <NoticeLine notice={props.notice} />
      {props.children}
    </StaffLayout>
  );
}

/** A button that takes a section back to what the environment says; nothing where it is so already. */
export function ResetForm({
  frame,
  section,
  version,
}: {
  frame: StaffFrame;
  section: SettingsSection;
  version: number;
}) {
  return (
    <form method="post" action={SECTIONS.find(([name]) => name === section)?.[1]}>
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <input type="hidden" name="version" value={String(version)} />
      <button type="submit" name="reset" value="yes" class="button secondary">
        {SETTINGS_WORDS[frame.locale].reset}
      </button>
    </form>
  );
}

/** A message as WhatsApp shows it: *bold* between stars, lines as they are. */
export function WhatsAppBubble({ text, locale }: { text: string; locale?: Locale }) {
  return (
    <p class="bubble from-bot said" lang={locale}>
      {text
        .split(/(\*[^*\n]+\*)/)
        .map((part) => (/^\*[^*\n]+\*$/.test(part) ? <b key={part}>{part.slice(1, -1)}</b> : part))}
    </p>
  );
}
