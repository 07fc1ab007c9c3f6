import type Stripe from 'stripe';
import type { SandboxClock } from '../clock.ts';
import { vendorId } from '../ids.ts';
import {
  type DisputeStatus,
  isActionable,
  isChargeback,
  newDispute,
  newFraudWarning,
  withdrawnMinor,
  withMoneyMoved,
} from './dispute-objects.ts';
import { StripeRefusal } from './errors.ts';
import type { StripeEvents } from './events.ts';
import { type Form, integerOf, metadataOf, refuseUnknown, textOf } from './form.ts';
import type { Ledger } from './ledger.ts';
import { newRefund, type RefundStatus } from './resources.ts';

type Needs = { ledger: Ledger; events: StripeEvents; clock: SandboxClock };

const KNOWN = new Set(
  [
    'amount charge currency customer expand instructions_email metadata origin payment_intent reason',
    'refund_application_fee reverse_transfer',
  ].flatMap((names) => names.split(' ')),
);
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'];
/** Why the bank sent the money of a refund back. */
const CAME_BACK: Partial<Record<RefundStatus, string>> = {
  failed: 'expired_or_canceled_card',
  canceled: 'merchant_request',
};

type RefundBeginning = 'pending' | 'requires_action' | 'succeeded';
type DisputeOptions = { amount?: number; reason?: string; status?: 'needs_response' | 'warning_needs_response' };
type DisputeEnd = 'won' | 'lost' | 'warning_closed' | 'prevented';

/** Money going back: refunds the shop asks for, disputes the customer's bank opens, and its warnings of them. */
export class Refunds {
  readonly #needs: Needs;
  #nextStatus: RefundBeginning = 'succeeded';

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** POST /v1/refunds: all that is left of the charge, or the amount asked for; without a status as `nextBegins` said. */
  create(form: Form, { status }: { status?: RefundBeginning } = {}): Stripe.Refund {
    refuseUnknown(form, KNOWN);
    const { ledger, events, clock } = this.#needs;
    const charge = this.#chargeOf(form);
    const amount = this.#amountOf(form, charge);
    const reason = textOf(form, 'reason');
    if (reason !== null && !REASONS.includes(reason)) {
      throw new StripeRefusal(`Invalid reason: must be one of ${REASONS.join(', ')}`, { param: 'reason' });
    }
    const begins = status ?? this.#nextStatus;
    this.#nextStatus = 'succeeded';
    const made = { amount, created: clock.nowSeconds(), reason, metadata: metadataOf(form), status: begins };
    const refund = newRefund(charge, made);
    ledger.refunds.put(refund.id, refund);
    const { amount_refunded, refunded } = charge;
    const after = this.#giveBack(charge, amount);
    events.emit('refund.created', refund);
    events.emit('charge.refunded', after, { amount_refunded, refunded });
    return refund;
  }

  /** For tests: how the next refund begins, whoever asks for it. */
  nextBegins(status: RefundBeginning): void {
    this.#nextStatus = status;
  }

  /** For tests: what became of a refund at the bank; a failed or canceled one gives the money back to the charge. */
  setStatus(refundId: string, status: RefundStatus): Stripe.Refund {
    const { ledger, events } = this.#needs;
    const before = ledger.refund(refundId);
    const { pending_reason: _over, ...kept } = before;
    const refund = ledger.refunds.put(refundId, {
      ...kept,
      status,
      ...(status === 'pending' && { pending_reason: 'processing' as const }),
      ...(CAME_BACK[status] && { failure_reason: CAME_BACK[status], failure_balance_transaction: vendorId('txn') }),
    });
    const cameBackBefore = CAME_BACK[before.status as RefundStatus] !== undefined;
    if (CAME_BACK[status] && !cameBackBefore) this.#giveBack(ledger.charge(String(refund.charge)), -refund.amount);
    events.emit('refund.updated', refund, { status: before.status });
    if (status === 'failed') events.emit('refund.failed', refund);
    return refund;
  }

  /** For tests: the bank takes back a charge, or only asks (a warning); about all of it unless told otherwise. */
  openDispute(chargeId: string, options: DisputeOptions = {}): Stripe.Dispute {
    const { ledger, clock } = this.#needs;
    const charge = ledger.charge(chargeId);
    const { amount = charge.amount, reason = 'fraudulent', status = 'needs_response' } = options;
    this.#saveCharge({ ...charge, disputed: true });
    const dispute = newDispute(charge, { amount, reason, status, created: clock.nowSeconds() });
    return this.#saveDispute(dispute, 'created');
  }

  /** For tests: the dispute goes on; a warning that becomes a chargeback takes the money then. */
  updateDispute(disputeId: string, status: DisputeStatus): Stripe.Dispute {
    return this.#saveDispute({ ...this.#needs.ledger.dispute(disputeId), status }, 'updated');
  }

  /** For tests: how the dispute ended for the shop. */
  closeDispute(disputeId: string, status: DisputeEnd): Stripe.Dispute {
    return this.#saveDispute({ ...this.#needs.ledger.dispute(disputeId), status }, 'closed');
  }

  /** For tests: the card's issuer suspects fraud (TC40, SAFE), which often comes before a dispute. */
  warnOfFraud(
    chargeId: string,
    { fraudType = 'made_with_stolen_card' }: { fraudType?: string } = {},
  ): Stripe.Radar.EarlyFraudWarning {
    const { ledger, events, clock } = this.#needs;
    const warning = newFraudWarning(ledger.charge(chargeId), { fraudType, created: clock.nowSeconds() });
    ledger.fraudWarnings.put(warning.id, warning);
    events.emit('radar.early_fraud_warning.created', warning);
    return warning;
  }

  /** The money follows the status: taken for a chargeback, given back when that ends well. */
  #saveDispute(dispute: Stripe.Dispute, news: 'created' | 'updated' | 'closed'): Stripe.Dispute {
    const { ledger, events, clock } = this.#needs;
    const takenMinor = (isChargeback(dispute) ? dispute.amount : 0) - withdrawnMinor(dispute);
    const settled = takenMinor === 0 ? dispute : withMoneyMoved(dispute, -takenMinor, clock.nowSeconds());
    const saved = ledger.disputes.put(dispute.id, { ...settled, is_charge_refundable: !isChargeback(dispute) });
    events.emit(`charge.dispute.${news}`, saved);
    if (takenMinor > 0) events.emit('charge.dispute.funds_withdrawn', saved);
    if (takenMinor < 0) events.emit('charge.dispute.funds_reinstated', saved);
    return saved;
  }

  #giveBack(charge: Stripe.Charge, amountMinor: number): Stripe.Charge {
    const amount_refunded = charge.amount_refunded + amountMinor;
    return this.#saveCharge({ ...charge, amount_refunded, refunded: amount_refunded === charge.amount });
  }

  #saveCharge(charge: Stripe.Charge): Stripe.Charge {
    const { ledger, events } = this.#needs;
    ledger.charges.put(charge.id, charge);
    const actionable = isActionable(charge);
    for (const warning of ledger.fraudWarnings.all()) {
      if (warning.charge !== charge.id || warning.actionable === actionable) continue;
      const changed = ledger.fraudWarnings.put(warning.id, { ...warning, actionable });
      events.emit('radar.early_fraud_warning.updated', changed, { actionable: warning.actionable });
    }
    return charge;
  }

  #chargeOf(form: Form): Stripe.Charge {
    const { ledger } = this.#needs;
    const chargeId = textOf(form, 'charge');
    if (chargeId !== null) return ledger.charge(chargeId);
    const intentId = textOf(form, 'payment_intent');
    if (intentId === null) {
      throw new StripeRefusal(
        'One of the following params should be provided for this request: payment_intent or charge.',
      );
    }
    const intent = ledger.intent(intentId);
    if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
      const message = `This PaymentIntent (${intentId}) does not have a successful charge to refund.`;
      throw new StripeRefusal(message, { code: 'payment_intent_unexpected_state', param: 'payment_intent' });
    }
    return ledger.charge(intent.latest_charge);
  }

  #amountOf(form: Form, charge: Stripe.Charge): number {
    const left = charge.amount - charge.amount_refunded;
    if (!charge.paid) throw new StripeRefusal(`Charge ${charge.id} has not been paid.`, { param: 'charge' });
    if (left === 0) {
      throw new StripeRefusal(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    }
    if (this.#needs.ledger.disputesOf(charge.id).some(isChargeback)) {
      const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
      throw new StripeRefusal(message, { code: 'charge_disputed' });
    }
    const amount = integerOf(form, 'amount') ?? left;
    if (amount <= 0) throw new StripeRefusal('This value must be greater than or equal to 1.', { param: 'amount' });
    if (amount > left) {
      const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`;
      throw new StripeRefusal(message, { param: 'amount' });
    }
    return amount;
  }
}
