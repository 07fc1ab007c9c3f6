import type { Language } from './language.ts';
import type { Product } from './products.ts';

type Say = {
  greeting: string;
  thanks: string;
  found: (list: string) => string;
  listed: string;
  /** What was found is not what was asked for. */
  near: string;
  matches: string;
  howMany: string;
  short: (available: number) => string;
  nothing: string;
  total: string;
  one: (product: string) => string;
  added: (product: string) => string;
  changed: string;
  removed: string;
  cart: (list: string) => string;
  emptyCart: string;
  confirmed: string;
  status: (text: string) => string;
  link: string;
  canceled: string;
  human: string;
  details: string;
  location: string;
  which: string;
  offTopic: string;
  refused: string;
  noOrder: string;
  pick: string;
  declined: string;
  sorry: string;
  cancelHow: string;
  paidOnline: string;
  pickupOnly: (facts: string) => string;
};

const french: Say = {
  greeting: 'Bonjour et bienvenue ! Dites-moi ce que vous cherchez, par exemple « pneus 205/55 R16 ».',
  thanks: 'Avec plaisir ! Je reste là si vous avez besoin d’autre chose.',
  found: (list) => `Voici ce que j’ai pour vous :\n${list}\nLequel vous plaît ?`,
  matches: 'J’ai ce qu’il vous faut :',
  listed: 'Voici ce que j’ai pour vous. Lequel vous plaît ?',
  near: 'Je n’ai pas exactement cela. Voici ce qui s’en approche :',
  howMany: 'Combien en voulez-vous ?',
  short: (available) => `Il n’en reste que ${available}. On part sur cette quantité ?`,
  total: 'Total',
  nothing: 'Je n’ai rien trouvé qui corresponde. Donnez-moi une taille, une marque ou une saison et je regarde.',
  one: (product) => `${product}. Je vous en mets combien dans le panier ?`,
  added: (product) => `C’est dans votre panier : ${product}. On continue, ou je prépare la commande ?`,
  changed: 'C’est noté, votre panier est à jour.',
  removed: 'C’est retiré de votre panier.',
  cart: (list) => `Dans votre panier :\n${list}\nJe prépare la commande ?`,
  emptyCart: 'Votre panier est vide pour l’instant. Que cherchez-vous ?',
  confirmed: 'Merci ! Votre commande est enregistrée, le lien de paiement arrive.',
  status: (text) => `Voici où en est votre commande : ${text}`,
  link: 'Je vous renvoie le lien de paiement.',
  canceled: 'C’est annulé, rien ne sera débité.',
  human: 'Je préviens un collègue, il vous répond ici dès que possible.',
  details: 'Merci, c’est noté.',
  location: 'C’est noté pour le lieu de retrait.',
  which: 'De quel article parlez-vous ? Dites-moi ce que vous cherchez et je vous montre.',
  offTopic:
    'Là, je ne peux pas vous aider : je m’occupe des articles et des commandes de la boutique. Que cherchez-vous ?',
  refused: 'Désolé, ce n’est pas possible comme cela. On essaie autrement ?',
  noOrder: 'Vous n’avez pas encore de commande chez nous.',
  pick: 'Lequel ? Donnez-moi son numéro dans la liste.',
  declined: 'Comme vous voulez. Dites-moi si je peux vous trouver autre chose.',
  sorry: 'Je suis désolé que cela se passe mal. Écrivez « parler à quelqu’un » et je préviens l’équipe.',
  cancelHow: 'Rien n’est annulé. Tant que la commande n’est pas payée, écrivez « annuler ma commande » et je l’annule.',
  paidOnline: 'Le paiement se fait en ligne, avec le lien que je vous envoie quand vous confirmez la commande.',
  pickupOnly: (facts) => `Pas de livraison : vous retirez votre commande sur place.\n\n${facts}`,
};

const english: Say = {
  greeting: 'Hello and welcome! Tell me what you are looking for, for example "tyres 205/55 R16".',
  thanks: 'My pleasure! I am here if you need anything else.',
  found: (list) => `Here is what I have for you:\n${list}\nWhich one do you like?`,
  matches: 'I have just what you need:',
  listed: 'Here is what I have for you. Which one do you like?',
  near: 'I do not have exactly that. This is what comes close:',
  howMany: 'How many would you like?',
  short: (available) => `There are only ${available} left. Shall we go with that?`,
  total: 'Total',
  nothing: 'I found nothing that fits. Give me a size, a brand or a season and I will look.',
  one: (product) => `${product}. How many shall I put in your cart?`,
  added: (product) => `It is in your cart: ${product}. Anything else, or shall I prepare the order?`,
  changed: 'Done, your cart is up to date.',
  removed: 'It is out of your cart.',
  cart: (list) => `In your cart:\n${list}\nShall I prepare the order?`,
  emptyCart: 'Your cart is empty for now. What are you looking for?',
  confirmed: 'Thank you! Your order is recorded, the payment link is on its way.',
  status: (text) => `Here is where your order stands: ${text}`,
  link: 'I am sending you the payment link again.',
  canceled: 'It is cancelled, nothing will be charged.',
  human: 'I am telling a colleague, who will answer you here as soon as possible.',
  details: 'Thank you, noted.',
  location: 'Your pickup place is noted.',
  which: 'Which item do you mean? Tell me what you are looking for and I will show you.',
  offTopic: 'I cannot help with that: I look after the shop’s products and orders. What are you looking for?',
  refused: 'Sorry, that is not possible like this. Shall we try another way?',
  noOrder: 'You have no order with us yet.',
  pick: 'Which one? Give me its number in the list.',
  declined: 'As you like. Tell me if I can find anything else for you.',
  sorry: 'I am sorry this is not going well. Write "talk to someone" and I will tell the team.',
  cancelHow: 'Nothing is cancelled. As long as the order is not paid, write "cancel my order" and I will cancel it.',
  paidOnline: 'You pay online, with the link I send you when you confirm the order.',
  pickupOnly: (facts) => `We do not deliver: you collect your order here.\n\n${facts}`,
};

const spanish: Say = {
  greeting: '¡Hola y bienvenido! Dígame qué busca, por ejemplo «neumáticos 205/55 R16».',
  thanks: '¡Con mucho gusto! Aquí estoy si necesita algo más.',
  found: (list) => `Esto es lo que tengo para usted:\n${list}\n¿Cuál le gusta?`,
  matches: 'Tengo justo lo que busca:',
  listed: 'Esto es lo que tengo para usted. ¿Cuál le gusta?',
  near: 'No tengo exactamente eso. Esto es lo que más se le parece:',
  howMany: '¿Cuántos quiere?',
  short: (available) => `Solo quedan ${available}. ¿Le parece bien esa cantidad?`,
  total: 'Total',
  nothing: 'No he encontrado nada que encaje. Deme una medida, una marca o una temporada y lo miro.',
  one: (product) => `${product}. ¿Cuántos pongo en su carrito?`,
  added: (product) => `Ya está en su carrito: ${product}. ¿Algo más, o preparo el pedido?`,
  changed: 'Hecho, su carrito está al día.',
  removed: 'Lo he quitado de su carrito.',
  cart: (list) => `En su carrito:\n${list}\n¿Preparo el pedido?`,
  emptyCart: 'Su carrito está vacío por ahora. ¿Qué busca?',
  confirmed: '¡Gracias! Su pedido está registrado, el enlace de pago está en camino.',
  status: (text) => `Así va su pedido: ${text}`,
  link: 'Le envío de nuevo el enlace de pago.',
  canceled: 'Está anulado, no se cobrará nada.',
  human: 'Aviso a un compañero, que le responderá aquí lo antes posible.',
  details: 'Gracias, anotado.',
  location: 'Anotado el lugar de recogida.',
  which: '¿De qué artículo habla? Dígame qué busca y se lo enseño.',
  offTopic: 'En eso no puedo ayudarle: me ocupo de los artículos y pedidos de la tienda. ¿Qué busca?',
  refused: 'Lo siento, así no es posible. ¿Probamos de otra manera?',
  noOrder: 'Todavía no tiene ningún pedido con nosotros.',
  pick: '¿Cuál? Deme su número de la lista.',
  declined: 'Como quiera. Dígame si le busco otra cosa.',
  sorry: 'Siento que no vaya bien. Escriba «hablar con alguien» y aviso al equipo.',
  cancelHow: 'No se ha cancelado nada. Mientras no esté pagado, escriba «cancelar mi pedido» y lo cancelo.',
  paidOnline: 'Se paga en línea, con el enlace que le envío cuando confirma el pedido.',
  pickupOnly: (facts) => `No hacemos envíos: recoge su pedido aquí.\n\n${facts}`,
};

export const SAY: Record<Language, Say> = { fr: french, en: english, es: spanish };

export function describe({ label, price, quantity }: Product, language: Language): string {
  const amount = price === null || typeof price === 'string' ? price : money(price, language);
  return `${quantity === null ? '' : `${quantity} × `}${label}${amount === null ? '' : ` – ${amount}`}`;
}

export function numbered(products: Product[], language: Language): string {
  return products
    .slice(0, 5)
    .map((product, index) => `${index + 1}. ${describe(product, language)}`)
    .join('\n');
}

function money({ minor, currency }: Exclude<Product['price'], string | null>, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(minor / 100);
}

const STATES: Record<string, Record<Language, string>> = {
  payment_under_review: {
    fr: 'paiement en cours de vérification',
    en: 'payment being checked',
    es: 'pago en comprobación',
  },
  pending_payment: { fr: 'en attente de paiement', en: 'waiting for payment', es: 'pendiente de pago' },
  confirmed: { fr: 'payée, en préparation', en: 'paid, being prepared', es: 'pagado, en preparación' },
  ready: { fr: 'prête à retirer', en: 'ready for pickup', es: 'listo para recoger' },
  collected: { fr: 'retirée', en: 'collected', es: 'recogido' },
  expired: { fr: 'expirée', en: 'expired', es: 'caducado' },
  cancelled: { fr: 'annulée', en: 'cancelled', es: 'anulado' },
  refunded: { fr: 'remboursée', en: 'refunded', es: 'reembolsado' },
};

/** "C-12 (paid, being prepared)" for an order under any of its usual field names. */
export function orderLine(order: Record<string, unknown>, language: Language): string {
  const number = order.orderNumber ?? order.order_number ?? order.number ?? '';
  const status = String(order.status ?? '');
  return `${String(number)} (${STATES[status]?.[language] ?? status})`;
}
