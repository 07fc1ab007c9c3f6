import type { ComponentChildren } from 'preact';
import { badgeText } from '../../domain/concern.ts';
import type { Locale } from '../../domain/locale.ts';
import type { StaffRole } from '../../domain/staff-role.ts';
import type { StaffFrame } from './layout.tsx';
import { ACCOUNT_WORDS } from './words/account-words.ts';
import { AUDIT_WORDS } from './words/audit-words.ts';
import { CATALOGUE_WORDS } from './words/catalogue-words.ts';
import { CONCERN_WORDS } from './words/concern-words.ts';
import { CONVERSATION_WORDS } from './words/conversation-words.ts';
import { MONEY_WORDS } from './words/money-words.ts';
import { NUMBERS_WORDS } from './words/numbers-words.ts';
import { SETTINGS_WORDS } from './words/settings-words.ts';
import { STAFF_WORDS } from './words/staff-words.ts';
import { TEAM_WORDS } from './words/team-words.ts';

type NavLink = {
  path: string;
  words: (locale: Locale) => string;
  for: StaffRole;
  /** Stands in the bar with this picture; without one, in the menu. Four are what 320 px hold beside the menu. */
  icon?: keyof typeof ICONS;
  /** Addresses that belong to it though they do not begin like it. */
  also?: readonly string[];
  /** How many things wait there. */
  count?: (frame: StaffFrame) => number | undefined;
};

/** Strokes on a square of 24. */
const ICONS = {
  orders: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9.5 8h5M9.5 12h5',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h3v3H8zM13 13h3v3h-3zM14.5 8v2M8 14.5h2',
  conversations: 'M4 5h16v11h-8l-5 4v-4H4zM8 9h8M8 12h5',
  catalogue: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  more: 'M4 7h16M4 12h16M4 17h16',
} as const;

/** Every page of the staff's that is reached from everywhere: a new one is a line here. */
export const NAV_LINKS: readonly NavLink[] = [
  {
    ...{ path: '/staff', words: (locale) => STAFF_WORDS[locale].orders, for: 'staff', icon: 'orders' },
    also: ['/staff/orders', '/staff/pick-list'],
  },
  {
    ...{ path: '/staff/scan', words: (locale) => STAFF_WORDS[locale].scan.scan, for: 'staff', icon: 'scan' },
    also: ['/pickup'],
  },
  {
    ...{ path: '/staff/conversations', words: (locale) => CONVERSATION_WORDS[locale].conversations },
    ...{ for: 'staff', icon: 'conversations' },
  },
  { path: '/staff/catalogue', words: (locale) => CATALOGUE_WORDS[locale].catalogue, for: 'staff', icon: 'catalogue' },
  {
    ...{ path: '/staff/needs-you', words: (locale) => CONCERN_WORDS[locale].needsYou, for: 'staff' },
    count: (frame) => frame.needsYou,
  },
  { path: '/staff/money', words: (locale) => MONEY_WORDS[locale].money, for: 'manager' },
  { path: '/staff/numbers', words: (locale) => NUMBERS_WORDS[locale].numbers, for: 'manager' },
  { path: '/staff/team', words: (locale) => TEAM_WORDS[locale].team, for: 'manager' },
  { path: '/staff/settings', words: (locale) => SETTINGS_WORDS[locale].settings, for: 'manager' },
  { path: '/staff/audit', words: (locale) => AUDIT_WORDS[locale].title, for: 'manager' },
  { path: '/staff/account', words: (locale) => ACCOUNT_WORDS[locale].account, for: 'staff' },
];

const HOME = '/staff';

/** The link whose part of the app an address is in. Everything begins like the home page, which counts only as itself. */
export function linkOf(address: string): NavLink | undefined {
  const isUnder = (path: string) => address === path || (path !== HOME && address.startsWith(`${path}/`));
  return NAV_LINKS.find(({ path, also = [] }) => [path, ...also].some(isUnder));
}

function Icon({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

/** There, though hidden, where there may be something to count: live.js shows it. */
const Badge = ({ count }: { count: number | undefined }) =>
  count === undefined ? null : (
    <b class="badge" hidden={count === 0}>
      {badgeText(count)}
    </b>
  );

function Link({ frame, link }: { frame: StaffFrame; link: NavLink }) {
  const here = linkOf(frame.path);
  return (
    <a href={link.path} aria-current={link !== here ? undefined : link.path === frame.path ? 'page' : 'true'}>
      {link.icon && <Icon name={link.icon} />}
      <span>{link.words(frame.locale)}</span>
      <Badge count={link.count?.(frame)} />
    </a>
  );
}

/** What the bar has no room for. Opened by its summary, without a script; a touch beside it closes it again. */
function Menu({ frame, links, children }: { frame: StaffFrame; links: NavLink[]; children: ComponentChildren }) {
  const here = linkOf(frame.path);
  const counts = links.flatMap((link) => link.count?.(frame) ?? []);
  const count = counts.length > 0 ? counts.reduce((total, each) => total + each) : undefined;
  return (
    <details class="menu">
      <summary class={here && links.includes(here) ? 'current' : undefined}>
        <Icon name="more" />
        <span>{STAFF_WORDS[frame.locale].more}</span>
        <Badge count={count} />
      </summary>
      <div class="menu-links">
        {links.map((link) => (
          <Link key={link.path} frame={frame} link={link} />
        ))}
        {children}
      </div>
    </details>
  );
}

/** At the foot of a phone's screen, under the thumb; in the bar at the top where there is room. */
export function Navigation({ frame, links: all = NAV_LINKS }: { frame: StaffFrame; links?: readonly NavLink[] }) {
  const words = STAFF_WORDS[frame.locale];
  const links = all.filter((link) => link.for === 'staff' || frame.staff.role === 'manager');
  return (
    <nav class="nav" aria-label={words.menu}>
      {links
        .filter((link) => link.icon)
        .map((link) => (
          <Link key={link.path} frame={frame} link={link} />
        ))}
      <Menu frame={frame} links={links.filter((link) => !link.icon)}>
        <form method="post" action="/staff/logout" class="between">
          <span class="soft">{frame.staff.name}</span>
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <button type="submit" class="plain">
            {words.signOut}
          </button>
        </form>
      </Menu>
    </nav>
  );
}
