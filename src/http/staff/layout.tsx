import type { ComponentChildren } from 'preact';
import type { Locale } from '../../domain/locale.ts';
import type { OrderStatus } from '../../domain/order.ts';
import type { StaffIdentity } from '../../ports.ts';
import type { Shop } from '../needs.ts';
import { Page } from '../page.tsx';
import { Navigation } from './navigation.tsx';
import type { StaffWords } from './words/staff-words.ts';

/** What every page for someone logged in is given. */
export type StaffFrame = {
  shop: Shop;
  locale: Locale;
  staff: StaffIdentity;
  csrfToken: string;
  /** Where they are, for the navigation. */
  path: string;
  /** How many things need somebody of their role. */
  needsYou: number;
};

type LayoutProps = { frame: StaffFrame; title: string; head?: ComponentChildren; children: ComponentChildren };

export function StaffLayout({ frame, title, head, children }: LayoutProps) {
  return (
    <Page locale={frame.locale} title={title} shopName={frame.shop.name} nav={<Navigation frame={frame} />} head={head}>
      {children}
    </Page>
  );
}

/** Keeps a page's part #live as it is in the database; without it the page shows what was true when it was loaded. */
export function LiveScript(props: { about: 'orders' | 'concerns' | 'conversations' | { conversationId: string } }) {
  const { about } = props;
  const conversationId = typeof about === 'object' ? about.conversationId : undefined;
  const query = conversationId ? `?conversation=${conversationId}` : about === 'conversations' ? '' : `?${about}`;
  return (
    <script
      src="/assets/live.js"
      defer
      data-stream={`/staff/live${query}`}
      data-grows={conversationId && 'down'}
      // A form's answer stands under the form's own address.
      data-page={about === 'concerns' ? '/staff/needs-you' : undefined}
    />
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
