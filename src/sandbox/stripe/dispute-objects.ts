import type Stripe from 'stripe';
import { vendorId } from '../ids.ts';

export type DisputeStatus = Stripe.Dispute['status'];

const EVIDENCE = [
  'access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal',
  'customer_communication customer_email_address customer_name customer_purchase_ip customer_signature',
  'duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt',
  'refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation',
  'shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file',
  'uncategorized_text',
].flatMap((names) => names.split(' '));
const ENDED_WELL: readonly DisputeStatus[] = ['won', 'warning_closed', 'prevented'];

/** An inquiry: the bank only asks, and takes no money yet. https://docs.stripe.com/disputes/how-disputes-work */
function isInquiry(status: DisputeStatus): boolean {
  return status.startsWith('warning_');
}

/** Whether the bank has, or may keep, money of this charge: then nothing of it can be refunded. */
export function isChargeback({ status }: Stripe.Dispute): boolean {
  return !isInquiry(status) && !ENDED_WELL.includes(status);
}

/** What Stripe took for a dispute and has not given back, in minor units. */
export function withdrawnMinor({ balance_transactions }: Stripe.Dispute): number {
  return balance_transactions.reduce((sum, { amount }) => sum - amount, 0);
}

export function newDispute(
  charge: Stripe.Charge,
  details: { amount: number; created: number; reason: string; status: DisputeStatus },
): Stripe.Dispute {
  const { amount, created, reason, status } = details;
  return {
    id: vendorId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...Object.fromEntries(EVIDENCE.map((name) => [name, null])), enhanced_evidence: {} },
    evidence_details: {
      due_by: created + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: isInquiry(status) ? 'inquiry' : 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason,
    status,
  } as unknown as Stripe.Dispute;
}

/** The dispute with so much taken from our balance (negative) or given back to it (positive). */
export function withMoneyMoved(dispute: Stripe.Dispute, amountMinor: number, atSeconds: number): Stripe.Dispute {
  const movement: Stripe.BalanceTransaction = {
    id: vendorId('txn'),
    object: 'balance_transaction',
    amount: amountMinor,
    available_on: atSeconds,
    balance_type: 'payments',
    created: atSeconds,
    currency: dispute.currency,
    description: `Chargeback ${amountMinor < 0 ? 'withdrawal' : 'reversal'} for ${dispute.charge}`,
    exchange_rate: null,
    fee: 0,
    fee_details: [],
    net: amountMinor,
    reporting_category: amountMinor < 0 ? 'dispute' : 'dispute_reversal',
    source: dispute.id,
    status: 'available',
    type: 'adjustment',
  };
  return { ...dispute, balance_transactions: [...dispute.balance_transactions, movement] };
}

export function newFraudWarning(
  charge: Stripe.Charge,
  { fraudType, created }: { fraudType: string; created: number },
): Stripe.Radar.EarlyFraudWarning {
  return {
    id: vendorId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: isActionable(charge),
    charge: charge.id,
    created,
    fraud_type: fraudType,
    livemode: false,
    ...(typeof charge.payment_intent === 'string' && { payment_intent: charge.payment_intent }),
  };
}

/** "if it has not received a dispute and has not been fully refunded": https://docs.stripe.com/api/radar/early_fraud_warnings */
export function isActionable(charge: Stripe.Charge): boolean {
  return !charge.disputed && !charge.refunded;
}
