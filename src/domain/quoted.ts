import { decodeTap } from './conversation.ts';
import type { OutboundContent } from './outbound-message.ts';
import { plainText } from './plain-text.ts';

/** The message a customer replied to, as WhatsApp lets them: "celui-là", on a card further up. */
export type Quoted = {
  /** `unknown`: Twilio named a message that is not on record, one sent from elsewhere perhaps. */
  by: 'shop' | 'customer' | 'unknown';
  body: string;
  /** What it offered, so that "4", "2" or "oui" below it means something. */
  product?: string;
  offer?: string[];
  places?: string[];
  /** Set for the question whether they like an order they collected. */
  rates?: string;
  /** Set for a summary: the one order a yes below it may be a yes to. */
  proposalId?: string;
};

/** What a message of the shop's was about: told by what could be tapped under it. */
export function quoteOf(content: OutboundContent): Quoted {
  const ids = [...(content.buttons ?? []), ...(content.list?.items ?? [])].map(({ id }) => id);
  const taps = ids.flatMap((id) => decodeTap(id) ?? []);
  const offer = taps.flatMap((tap) => (tap.kind === 'product' ? [tap.productId] : []));
  const places = taps.flatMap((tap) => (tap.kind === 'location' ? [tap.locationId] : []));
  const added = taps.flatMap((tap) => (tap.kind === 'add' ? [tap.productId] : []));
  const product = content.about ?? added[0];
  const rates = taps.flatMap((tap) => (tap.kind === 'rate' ? [tap.orderId] : []))[0];
  const proposalId = taps.flatMap((tap) => (tap.kind === 'confirm' ? [tap.proposalId] : []))[0];
  return {
    ...{ by: 'shop', body: content.body },
    ...(product && { product }),
    ...(offer.length > 0 && { offer }),
    ...(places.length > 0 && { places }),
    ...(rates && { rates }),
    ...(proposalId && { proposalId }),
  };
}

const WANTING =
  'je prends|je le prends|je la prends|je les prends|je veux|je voudrais|je choisis|va pour|i ll take|i will take|i want|i take|me llevo|quiero|tomo';
const THING =
  'celui la|celui ci|celle la|celle ci|ceux la|ceux ci|ca|cela|ce modele|this one|that one|this|that|it|these|those|este|esta|esto|ese|esa|eso|este modelo';
const POINTING = new RegExp(
  `^(?:(?:ok|oui|yes|si) )?(?:(?:${WANTING})(?: (?:${THING}))?|(?:${THING})|me l[oa] llevo)$`,
);
const POLITE = /(?: (?:svp|stp|s il vous plait|s il te plait|merci|please|thanks|por favor|gracias))+$/;

/** "Celui-là", "I'll take it": the thing replied to and nothing else. */
export function isPointing(text: string): boolean {
  if (text.length > 60 || text.includes('?')) return false;
  const words = plainText(text)
    .replace(/[^a-z0-9 ]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return POINTING.test(words.replace(POLITE, ''));
}
