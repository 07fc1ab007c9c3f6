import type { ComponentChildren } from 'preact';
import type { Locale } from '../../domain/locale.ts';
import type { OrderStatus } from '../../domain/order.ts';
import type { StaffIdentity } from '../../ports.ts';
import type { Shop } from '../needs.ts';
import { Page } from '../page.tsx';
import { CATALOGUE_WORDS } from './catalogue-words.ts';
import { CONVERSATION_WORDS } from './conversation-words.ts';
import { MONEY_WORDS } from './money-words.ts';
import { TEAM_WORDS } from './team-words.ts';
import { STAFF_WORDS, type StaffWords } from './words.ts';

/** What every page for someone logged in is given. */
export type StaffFrame = { shop: Shop; locale: Locale; staff: StaffIdentity; csrfToken: string };

type LayoutProps = { frame: StaffFrame; title: string; head?: ComponentChildren; children: ComponentChildren };

export function StaffLayout(props: LayoutProps) {
  const { shop, locale, staff, csrfToken } = props.frame;
  const words = STAFF_WORDS[locale];
  const bar = (
    <nav>
      <a href="/staff" class="plain">
        {words.orders}
      </a>
      <a href="/staff/scan" class="plain">
        {words.scan.scan}
      </a>
      <a href="/staff/conversations" class="plain">
        {CONVERSATION_WORDS[locale].conversations}
      </a>
      <a href="/staff/catalogue" class="plain">
        {CATALOGUE_WORDS[locale].catalogue}
      </a>
      {staff.role === 'manager' && (
        <>
          <a href="/staff/money" class="plain">
            {MONEY_WORDS[locale].money}
          </a>
          <a href="/staff/team" class="plain">
            {TEAM_WORDS[locale].team}
          </a>
        </>
      )}
    </nav>
  );
  const foot = (
    <form method="post" action="/staff/logout" class="foot">
      <span>{staff.name}</span>
      <input type="hidden" name="csrf" value={csrfToken} />
      <button type="submit" class="plain">
        {words.signOut}
      </button>
    </form>
  );
  return (
    <Page locale={locale} title={props.title} shopName={shop.name} bar={bar} foot={foot} head={props.head}>
      {props.children}
    </Page>
  );
}

/** Keeps a page's part #live as it is in the database; without it the page shows what was true when it was loaded. */
export function LiveScript({ about }: { about: 'orders' | 'conversations' | { conversationId: string } }) {
  const conversationId = typeof about === 'object' ? about.conversationId : undefined;
  const query = conversationId ? `?conversation=${conversationId}` : about === 'orders' ? '?orders' : '';
  return (
    <script src="/assets/live.js" defer data-stream={`/staff/live${query}`} data-grows={conversationId && 'down'} />
  );
}

export const STATUS_TONES: Record<OrderStatus, 'green' | 'blue' | 'amber' | 'grey' | 'red'> = {
  pending_payment: 'amber',
  confirmed: 'green',
  ready: 'green',
  collected: 'blue',
  expired: 'grey',
  cancelled: 'grey',
  refunded: 'red',
};

type Tagged = { status: OrderStatus; disputed: boolean; inReview: boolean };

export function StatusTag({ words, order }: { words: StaffWords; order: Tagged }) {
  return (
    <span class="tags">
      <span class={`tag tone-${STATUS_TONES[order.status]}`}>{words.status[order.status]}</span>
      {order.disputed && <span class="tag tone-red">{words.disputedTag}</span>}
      {order.inReview && <span class="tag tone-red">{words.reviewTag}</span>}
    </span>
  );
}

type Item = { label: string; quantity: number; sku: string; slot?: string | null };

/** What to fetch, readable at arm's length; with `slotWord`, from where. */
export function ItemList({ items, slotWord }: { items: Item[]; slotWord?: string }) {
  return (
    <ul class="items">
      {items.map((item) => (
        <li key={item.sku}>
          <b class="quantity">{item.quantity} ×</b>
          <span>
            {item.label}
            <small class="soft">{item.sku}</small>
            {slotWord && item.slot && (
              <b class="slot">
                {slotWord} {item.slot}
              </b>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
