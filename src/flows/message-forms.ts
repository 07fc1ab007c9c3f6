import type { ClaimedMessage } from '../db/claim-message.ts';
import type { Db } from '../db/client.ts';
import { approvedTemplate } from '../db/message-templates.ts';
import { makeDataToken } from '../domain/data-link.ts';
import {
  fitToWhatsApp,
  isAnswer,
  LIMITS,
  type OutboundContent,
  type TemplateUse,
  withoutMarkup,
} from '../domain/outbound-message.ts';
import { derivePickupToken } from '../domain/pickup.ts';
import type { Shop } from '../domain/shop.ts';
import { clip } from '../domain/storable.ts';
import type { Texts } from '../domain/texts.ts';
import type { Mail, OutgoingMessage } from '../ports.ts';

export type FormNeeds = {
  db: Db;
  texts: Texts;
  shop: Pick<Shop, 'name'>;
  publicUrl: string;
  /** Makes the tokens that addresses carry: a QR code's, of all that is kept of a customer. */
  sessionSecret: string;
  /** Whether SMS are switched on (TWILIO_SMS_FROM). */
  sendsSms: boolean;
};

/** Every way a message could leave: `session` inside the 24-hour window, the others outside it, in this order. */
export type MessageForms = {
  session: OutgoingMessage;
  /** Where WhatsApp has approved its template in its language. */
  template?: Extract<OutgoingMessage, { form: 'template' }>;
  /** Where SMS are on and a phone number is known. */
  sms?: OutgoingMessage;
  /** Where an address is known. */
  mail?: Mail;
};

export async function formsOf(needs: FormNeeds, message: ClaimedMessage): Promise<MessageForms> {
  const content = fitToWhatsApp(message.content);
  const base = {
    to: message.channelAddress,
    statusCallbackUrl: `${needs.publicUrl}/whatsapp/status?message=${message.id}`,
  };
  const { buttons, list } = content;
  const body = content.withDataLink ? `${content.body}\n${dataLink(needs, message)}` : content.body;
  const mediaUrl = mediaUrlOf(needs, content);
  const session = {
    ...base,
    form: 'session' as const,
    locale: message.locale,
    body,
    ...(buttons && { buttons }),
    ...(list && { list }),
    ...(mediaUrl && { mediaUrl }),
  };
  const use = content.template;
  const approved = use && (await approvedTemplate(needs.db, use.key, use.locale));
  const elsewhere = elsewhereForms(needs, message, base);
  if (!approved) return { session, ...elsewhere };
  const variables = templateVariables(needs, content, use);
  return { session, template: { ...base, form: 'template', contentSid: approved.contentSid, variables }, ...elsewhere };
}

/** Nobody who told us to stop is followed to another channel; a chat's answer belongs to the chat. */
function elsewhereForms(
  needs: FormNeeds,
  message: ClaimedMessage,
  base: { statusCallbackUrl: string },
): Pick<MessageForms, 'sms' | 'mail'> {
  if (message.optedOut || isAnswer(message)) return {};
  const { id, phone, email, order, locale } = message;
  const shopName = needs.shop.name;
  const text = wordsElsewhere(needs, message);
  const subject = order
    ? needs.texts(locale, 'elsewhere_subject', { orderNumber: order.number, shopName })
    : needs.shop.name;
  return {
    ...(needs.sendsSms && phone && { sms: { ...base, to: phone, form: 'sms', body: clip(text, LIMITS.bodyChars) } }),
    ...(email && { mail: { id, to: [email], subject, text } }),
  };
}

/** The message's own words. The QR code goes to WhatsApp alone: mail is forwarded, SMS are shown on locked screens. */
function wordsElsewhere({ texts, shop }: FormNeeds, { content, locale }: ClaimedMessage): string {
  return [
    withoutMarkup(content.body),
    ...(content.media?.kind === 'pickup_qr' ? [texts(locale, 'elsewhere_qr')] : []),
    texts(locale, 'elsewhere_answer', { shopName: shop.name }),
  ].join('\n\n');
}

/** In no table, as what was said is read by staff and told the model. The same however often it is tried. */
const dataLink = ({ publicUrl, sessionSecret }: FormNeeds, { customerId, createdAt }: ClaimedMessage): string =>
  `${publicUrl}/media/data/${makeDataToken(sessionSecret, customerId, createdAt)}.json`;

function mediaUrlOf(needs: FormNeeds, { media }: OutboundContent): string | undefined {
  if (!media) return undefined;
  if (media.kind === 'image') return new URL(media.url, needs.publicUrl).toString();
  return `${needs.publicUrl}/media/qr/${derivePickupToken(needs.sessionSecret, media.pickupId)}.png`;
}

/** A template with a QR picture takes the picture's token as its last variable. */
function templateVariables(needs: FormNeeds, { media }: OutboundContent, use: TemplateUse): Record<string, string> {
  const variables = { ...use.variables };
  if (media?.kind === 'pickup_qr') {
    variables[String(Object.keys(variables).length + 1)] = derivePickupToken(needs.sessionSecret, media.pickupId);
  }
  return variables;
}
