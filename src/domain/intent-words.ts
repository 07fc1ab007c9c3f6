import type { Wordless } from './intent.ts';

/** How people say what they mean, in tidied text (plain-words.ts) of the three languages. */

export const PLAIN: [Wordless, RegExp][] = [
  ['stop', /^(?:stop|stopall|arret|arreter|baja|alto|unsubscribe|desabonner|darme de baja|stop pub|stop sms)$/],
  ['start', /^(?:start|unstop|reabonner|alta|darme de alta|subscribe)$/],
  // Only asked about, never obeyed at once: the question that follows wants its own yes.
  [
    'forget',
    /^(?:(?:svp|please|por favor|(?:je|j|i|d|quiero|quisiera) ?(?:veux|voudrais|aimerais|want|would like|like)?(?: (?:you )?to| que)?|(?:can|could) you(?: please)?|(?:pouvez vous|peux tu|vous pouvez|tu peux|puedes?|pueden)) )?(?:m oublier|vous m oubli(?:i?ez|iez)|tu m oublies|me olvid(?:es?|en)|forget (?:me|about me)|(?:efface[rz]?|supprime[rz]?) moi|m effacer|(?:erase|delete) me|(?:borra|olvida|olvidad|elimina|borrar|eliminar|olvidar)me)(?: (?:completely|completement|del todo))?$|^(?:droit a l oubli|right to be forgotten|derecho al olvido)$|^(?:oublie[rz]? moi|oublie[rz]? tout|forget (?:me|about me|everything)|olvid(?:a|e|ar)me|olvid[ae] todo|(?:efface|supprime|delete|erase|remove|borra|elimina)\w* (?:toutes? )?(?:all )?(?:todos )?(?:mes|my|mis|ma|mon|mi) (?:(?:personal )?(?:donnees|data|information|infos?|informations|datos|account|compte|cuenta|historique|history|historial))(?: (?:personnelles|personales))?)$/,
  ],
  // Takes an earlier wish back; without one it only asks for patience.
  [
    'keep_me',
    /^(?:(?:en fait|finalement|actually|al final) )?(?:(?:ne )?m (?:oublie[rz]?|efface[rz]?) pas|(?:n |ne )?efface[rz]? (?:rien|pas)(?: (?:mes donnees|tout))?|garde[rz]? (?:mes donnees|tout)|(?:don t|do not) (?:forget|erase|delete) (?:me|my data|anything)|keep (?:my data|everything|it all)|no me (?:olvid|borr)(?:es?|en)|no (?:borr|elimin)(?:es?|en) (?:nada|mis datos)|(?:conserv|guard)(?:a|e|en) (?:mis datos|todo)|annule[rz]? (?:l effacement|ma demande d effacement)|cancel (?:the|my) (?:erasure|deletion)|cancel(?:a|e|ar) (?:el|mi) borrado)$/,
  ],
  [
    'my_data',
    /^(?:(?:exporter|envoyez moi|envoie moi|donnez moi|montrez moi|voir|export|send me|show me|see|give me|download|ver|exportar|enviame|envieme|muestrame|je (?:veux|voudrais)(?: voir| recevoir)?|i (?:want|would like)(?: to see)?|quiero(?: ver)?) )(?:(?:toutes )?mes donnees|(?:all )?my data|(?:todos )?mis datos)(?: (?:personnelles|personales))?$|^(?:mes donnees(?: personnelles)?|my (?:personal )?data|mis datos(?: personales)?|(?:quelles donnees avez vous|que savez vous|qu est ce que vous savez) (?:sur|de) moi|what (?:data )?do you (?:know|have|keep) (?:about|on) me|que (?:datos )?(?:sabe|saben|tiene|tienen) (?:de|sobre) mi)$/,
  ],
  [
    'again',
    /^(?:(?:la )?meme chose(?: que la derniere fois)?|comme (?:la derniere fois|d habitude)|(?:the )?same(?: (?:again|as last time|as usual))?|lo mismo(?: (?:de siempre|que la ultima vez))?)$|^(?:refaire|refais|refaites|recommencer)(?: (?:la|ma) commande)?$|^order again$|^(?:rehacer|repetir)(?: el pedido)?$/,
  ],
  [
    'cart',
    /^(?:(?:voir |montrez? |montre moi |montrez moi |affiche[rz]? |voir moi )?(?:mon |le )?panier|(?:show |show me |see |view )?(?:my |the )?(?:cart|basket)|(?:ver |muestra |muestrame |mostrar )?(?:mi |el )?(?:carrito|carro|cesta))$/,
  ],
  [
    'order',
    /^(?:(?:je (?:veux|voudrais|peux|vais) )?(?:commander|payer|regler)|je (?:commande|paie|paye)|(?:je passe|passer|passons) (?:la |ma )?commande|(?:i (?:want|d like|would like) to )?(?:check ?out|order|pay|place (?:my |the |an )?order)|ready to (?:pay|order)|(?:quiero |quisiera |puedo )?(?:pedir|pagar|hacer (?:el |mi |un )?pedido))(?: (?:maintenant|now|ahora))?$/,
  ],
  [
    'status',
    /^(?:statut|suivi|(?:ou en est |ou est |suivre |statut de |suivi de |le suivi de )?(?:ma )?commande|mes commandes|(?:order |my order )?status|(?:track )?my orders?|track order|where(?: is| s) my order|estado|(?:estado de(?:l)? )?(?:mi )?pedido|mis pedidos|(?:donde|como) (?:esta|va) mi pedido|seguir mi pedido)$/,
  ],
  [
    'human',
    /^(?:(?:je (?:veux|voudrais) |puis je |j aimerais )?parler (?:a|avec) (?:quelqu un|un humain|un conseiller|une conseillere|un vendeur|une vendeuse|une personne|une vraie personne)|humain|un humain|conseiller|un conseiller|vendeur|un vendeur|quelqu un|une personne|human|agent|a human|an agent|a person|real person|a real person|(?:i want to |i d like to |can i |could i )?(?:talk|speak) (?:to|with) (?:a human|someone|somebody|an agent|a person|a real person)|humano|agente|un humano|un agente|una persona|(?:quiero |quisiera |puedo )?hablar con (?:alguien|un humano|una persona|un agente|un vendedor))$/,
  ],
  ['resume', /^(?:reprendre(?: ici)?|resume|continue(?: here| with the bot)|continuar|seguir(?: aqui)?)$/],
  [
    'thanks',
    /^(?:(?:un grand |mille )?merci(?: beaucoup| bien)?|thanks?|thank you(?: so much| very much)?|(?:muchas )?gracias)$/,
  ],
  ['help', /^(?:aide|menu|help|ayuda)$/],
  [
    'greeting',
    /^(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|hola|buenas|buenos dias|buenas tardes)(?: (?:a vous|there))?$/,
  ],
];
export const ORDINALS: Record<string, number> = {
  premier: 1,
  premiere: 1,
  first: 1,
  primero: 1,
  primera: 1,
  deuxieme: 2,
  second: 2,
  seconde: 2,
  segundo: 2,
  segunda: 2,
  troisieme: 3,
  third: 3,
  tercero: 3,
  tercera: 3,
};

export const COUNTING = new Set(
  `ajouter anadir j je en prends prendrai prendre veux voudrais voudrai les mettez mets m moi me il faut faudrait ajoute ajoutez donc ok oui alors
  pneu pneus unite unites piece pieces exemplaires jeu de d i ll ill take want need add give them pcs tyres tires tyre tire units
  of yes then finalement plutot seulement only instead just make it mejor solo solamente quiero ponme pon me llevo deme dame unidades unidad neumaticos llantas anade si pues svp please x`.split(
    /\s+/,
  ),
);

export const REMOVE =
  /\b(?:enleve[rz]?|retire[rz]?|supprime[rz]?|ote[rz]?|remove|delete|take out|quit[ae]r?|quiteme|elimin[ae]r?|saca[r]?)\b(.*)$/;
export const CANCEL = /\b(?:annul\w*|cancel\w*|anul[aeo]\w*)\b/;
// Only a plain demand cancels at once: a question, a "not" or a condition about cancelling is answered, not obeyed.
export const CANCEL_NOW =
  /^(?:(?:je|j|veux|voudrais|aimerais|souhaite|merci|de|d|bien|svp|please|finalement|en fait|i|would|want|need|like|to|just|quiero|quisiera|deseo|necesito|por favor) )*(?:annuler|annule|annulez|cancel|cancela|cancelar|cancele|anula|anular|anule)(?: (?:ma|la|cette|mon|the|my|this|mi|el|este|order|commande|pedido|numero|number|tout|it|lo|maintenant|now|ahora|c ?\d{3,}))*$/;
export const ORDER_NUMBER = /\bc ?(\d{3,})\b/;
export const UNWANTED =
  /\b(?:n en veux plus|(?:la|le|les|l) veux plus|plus besoin|laisse[rz]? tomber|don t (?:want|need) (?:it|them|this|my order|the order)|no longer (?:want|need)|ya no (?:l[oa]s? )?(?:quiero|necesito))\b/;
export const NO_WISH =
  /\?|\b(?:ne|n|pas|jamais|don t|do not|never|not|no|nunca)\b(?: \w+){0,3} (?:annul|cancel|anul)\w*|\b(?:annul|cancel|anul)\w* (?:pas|rien|nothing|nada)\b|\b(?:annulees?|annules|cancell?ed|cancelad[oa]s?|anulad[oa]s?|annulation|cancellation)\b|\b(?:si (?:je|on|vous|tu|jamais)|if|quand|when|cuando)\b/;

export const NOT = /\b(?:ne|n|pas|jamais|sans|don t|do not|not|never|without|no|nunca|sin)\b/;
export const CHANGE =
  /\b(?:finalement|plutot|change[rzs]?|modifie[rz]?|passe[rz]?|instead|actually|make it|make the|mejor|cambia[r]?|cambie)\b/;
export const FORGET =
  /\b(?:efface|supprim|delete|erase|borr|elimin)\w*\b.*\b(?:mes|my|mis) (?:personal )?(?:donnees|data|informations?|infos|datos)\b|\b(?:droit a l oubli|right to be forgotten|derecho al olvido)\b/;
export const LOOSE: [Wordless, RegExp][] = [
  ['forget', FORGET],
  [
    'complaint',
    /\b(?:de merde|merdiques?|shitty|crappy|de mierda|porqueria|arnaque\w*|escroc\w*|voleurs?|honteux|connard\w*|idiot\w*|stupide|inutile|(?:es|etes) nul\w*|reclamation|plainte|rembourse\w*|scam\w*|stupid|useless|idiot|complain\w*|refund\w*|estafa\w*|inutil|estupid\w*|idiota|queja|reclamo|reembols\w*)\b/,
  ],
  ['human', /\b(?:humain|quelqu un|conseiller|responsable|vendeur|human|someone|real person|humano|alguien|asesor)\b/],
  ['clear_cart', /\b(?:vide[rz]?|empty|clear|vacia[r]?)\b.*\b(?:panier|cart|basket|carrito|cesta)\b/],
  ['link', /\b(?:lien|link|enlace)\b/],
  ['status', /\b(?:ou en est|statut|suivi|ma commande|my order|order status|mi pedido|estado del? pedido|C \d{4,})\b/i],
  [
    'cart',
    /\b(?:panier|cart|basket|carrito|cesta)\b|\bcombien je (?:vous |te )?dois\b|\bdo i owe\b|\b(?:cuanto (?:es en total|debo)|le total|the total)\b/,
  ],
  [
    'payment_info',
    /\b(?:especes|cheque|carte (?:bancaire|bleue|de credit)|par carte|paypal|moyens? de paiement|(?:comment|ou) (?:je |on |puis je )?(?:paie|paye|payer)|cash|by card|credit card|how (?:do|can) (?:i|we) pay|efectivo|tarjeta|como (?:se )?pag[ao]|como puedo pagar)\b/,
  ],
  [
    'other_place',
    /\b(?:autre|changer de|different|other|otr[ao]) (?:magasin|boutique|comptoir|lieu|endroit|point|shop|store|place|location|counter|tienda|lugar|sitio|punto)\b/,
  ],
  [
    'shop_info',
    /\b(?:horaires?|heures? d ouverture|ouverts?|ouvrez|ouvre|fermez?|a quelle heure|what time|a que hora|abren|cierran|close|adresse|ou etes vous|ou vous|vous etes ou|opening|open|hours|address|where are you|located|horarios?|abiert[oa]s?|direccion|donde estan)\b/,
  ],
  ['delivery', /\b(?:livr(?:er|ez|aison|aisons)|deliver(?:y|ies)?|shipping|envio|envian|domicilio|expediez)\b/],
  [
    'discount',
    /\b(?:reduc\w*|remises?|rabais|ristournes?|prix d ami|discounts?|cheaper price|best price|descuentos?|rebajas?)\b/,
  ],
  [
    'order',
    /^(?:(?:je|j|on|i|d|want|would|like|to|veux|voudrais|aimerais|souhaite|souhaiterais|quiero|quisiera|peut|puis|ok|c|bon|allez|vas|y|vamos|de|acuerdo|venga|vale) )*(?:commande[rz]?|valider|payer|checkout|order|pay|pagar|comprar|pedir|passer (?:la |ma )?commande|place (?:the |my |an )?order|hag[ao] (?:el|mi) pedido|hacer (?:el|mi) pedido)\b(?: (?:le|mon|ma|la|the|my|it|maintenant|now|ahora|ya|commande|tout|ca))*$/,
  ],
  ['thanks', /^(?:merci|thanks|thank you|gracias|muchas gracias)\b/],
  [
    'thanks',
    /^(?:(?:tout|c |est|etait|it |was|all|estuvo|todo|tres|very|muy|vraiment|really) ?)*(?:bien|parfait|super|nickel|impeccable|genial|excellent|satisfait|content|contente|good|great|perfect|happy|perfecto|excelente|contento|contenta)(?: (?:merci|thanks|thank you|gracias))*$/,
  ],
];
export const GREETING = /^(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|hola|buenas(?: tardes)?|buenos dias)\b[ ,.!]*/;

/** "Thank you so much, I'd like to order": what follows the thanks is what they want. */
export const THANKING = /^\s*(?:merci|thanks|thank you|(?:muchas )?gracias)\b[^,.!;\n]{0,20}[,.!;\n]+/i;
