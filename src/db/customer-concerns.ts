import { FAILED_DAYS, FAILURE_MATTERS_WHILE, LINK_OVER_MINUTES } from '../domain/concern.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type ConcernScope, CUSTOMER, ORDER, waitsForPerson } from './concern-source.ts';
import { FORGOTTEN } from './erase-customer.ts';
import { stuckWork } from './stuck-work.ts';

const sql = Prisma.sql;

/** Customers who wait for something: a person, a link, a message that did not arrive. */
export function customerSources({ now }: ConcernScope) {
  const { checkouts } = stuckWork(now);
  const kind = sql`split_part(x.business_key, ':', 1)`;
  const mattersWhile = JSON.stringify(FAILURE_MATTERS_WHILE);
  return {
    person_waiting: {
      from: sql`conversations v JOIN customers c ON c.id = v.customer_id WHERE ${waitsForPerson(now)}`,
      id: sql`v.id`,
      since: sql`COALESCE(c.last_inbound_at, v.human_since)`,
      facts: sql`json_build_object(${CUSTOMER})`,
      first: sql`COALESCE(c.last_inbound_at, v.human_since)`,
    },
    checkout_stuck: {
      from: sql`(SELECT * FROM ${checkouts}) x JOIN orders o ON o.id = x.order_id`,
      id: sql`x.id`,
      since: sql`x.created_at`,
      facts: sql`json_build_object(${ORDER}, 'reason', x.last_error)`,
      first: sql`x.created_at`,
    },
    checkout_given_up: {
      // Whoever has ordered since needs nobody to write to them.
      from: sql`payment_attempts x JOIN orders o ON o.id = x.order_id JOIN customers c ON c.id = o.customer_id
          JOIN conversations v ON v.customer_id = c.id
        WHERE x.status = 'FAILED' AND x.session_id IS NULL AND o.status = 'cancelled'
          AND x.closed_at >= ${now}::timestamptz - ${FAILED_DAYS}::int * interval '1 day'
          AND NOT starts_with(c.channel_address, ${FORGOTTEN})
          AND NOT EXISTS (SELECT 1 FROM orders later WHERE later.customer_id = c.id AND later.created_at > o.created_at)`,
      id: sql`x.id`,
      since: sql`x.closed_at`,
      facts: sql`json_build_object(${CUSTOMER}, ${ORDER}, 'reason', x.last_error)`,
      first: sql`x.closed_at`,
    },
    link_stuck: {
      from: sql`orders o WHERE o.status = 'pending_payment' AND o.review_reason IS NULL
        AND o.expires_at < ${now}::timestamptz - ${LINK_OVER_MINUTES}::int * interval '1 minute'
        AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND a.status = 'PROCESSING')`,
      id: sql`o.id`,
      since: sql`o.expires_at`,
      facts: sql`json_build_object(${ORDER})`,
      first: sql`o.expires_at`,
    },
    message_failed: {
      from: sql`outbound_messages x JOIN customers c ON c.id = x.customer_id
          JOIN conversations v ON v.id = x.conversation_id LEFT JOIN orders o ON o.id = x.order_id
        WHERE x.status IN ('failed', 'undelivered') AND x.settled_at IS NULL
          AND x.failed_at >= ${now}::timestamptz - ${FAILED_DAYS}::int * interval '1 day'
          AND NOT starts_with(c.channel_address, ${FORGOTTEN})
          AND CASE WHEN o.id IS NULL
            -- An answer of a chat that has gone on is nothing to see to.
            THEN NOT EXISTS (SELECT 1 FROM outbound_messages later
              WHERE later.conversation_id = x.conversation_id AND later.seq > x.seq)
            ELSE COALESCE((SELECT ${mattersWhile}::jsonb) -> ${kind} ? o.status::text, true) END`,
      id: sql`x.id`,
      since: sql`x.failed_at`,
      facts: sql`json_build_object(${CUSTOMER}, ${ORDER}, 'message', ${kind}, 'status', x.status, 'errorCode', x.error_code)`,
      first: sql`x.failed_at`,
    },
  };
}
