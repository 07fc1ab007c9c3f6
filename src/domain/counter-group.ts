/**
 * Orders as those behind a counter sort them, each in one group. `problems` goes before all others: disputed, or with
 * something a person must look at. `ended`: expired, cancelled or refunded. PostgreSQL sorts them (orders.counter_group).
 */
export const COUNTER_GROUPS = ['to_pay', 'to_prepare', 'ready', 'collected', 'problems', 'ended'] as const;
export type CounterGroup = (typeof COUNTER_GROUPS)[number];
