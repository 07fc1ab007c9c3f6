/** How people order, correct and refuse, in plain text (lower case, no accents) of the three languages. */

// Not negations of a thing: what they say is how much it may cost, or that this was all.
export const PHRASES: [RegExp, string][] = [
  [
    /\b(?:pas (?:trop |tres |si )?chere?s?|not (?:too |very |so )?expensive|(?:no|ni) (?:muy |tan )?car[oa]s?)\b/g,
    ' economique ',
  ],
  [/\b(?:pas plus de|no more than|no mas de)\b/g, ' moins de '],
  [
    /\b(?:et )?(?:c est tout|ce sera tout|rien d autre|that s all|that is all|that will be all|nothing else|nada mas|eso es todo)\b/g,
    ' ',
  ],
  [/\b(?:au lieu de|a la place de|instead of|en vez de|en lugar de) (?:les? |the |los |las )?\d{1,3}\b/g, ' plutot '],
  [/\b4 ?x ?4\b/g, ' suv '],
  [
    /\b(?:dans|a|au|to|into|in|en|al) (?:(?:mon|le|votre|my|the|your|mi|el|su) )?(?:panier|cart|basket|carrito|carro|cesta)\b/g,
    ' ',
  ],
];
export const OPENING =
  /^(?:(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|hola|buenas|buenos dias|buenas tardes|alors|donc|ok|oui|yes|si|et|and|y|puis|then|luego|plus|aussi|also|tambien|ah|euh|bon|bien|ben|finally|svp|please|por favor|stp|merci|mais|but|pero|surtout|just|juste|solo|well|muy bien|tres bien|parfait|perfecto|perfect|great|genial|super|chaud|vas y|venga|vale|d accord|de acuerdo)\b[ :]*)+/;
export const WANTING =
  /^(?:(?:je|j|on|nous|i|we|yo|il|me|m|nos|d|ll) )*(?:(?:vais |would |gonna |am going to |voy a )?(?:veux|voudrais|voudrai|aimerais|souhaite|prends?|prendrai|prendre|prenons|faut|faudrait|faudra|besoin de|cherche|want|d like|like|need|take|have|buy|get|quiero|quisiera|necesito|llevo|busco|deme|dame|donne[rz]?|donnez|give|commande[rz]?|order|pedir|comprar|achete[rz]?))(?: (?:moi|me|nous|us|to|from you))* */;
export const PUTTING =
  /^(?:mets?|mettez|mettre|put|pon|ponga|poner|ponme|pongame)\b(?: (?:moi|m|me|nous|us|nos))?(?: en)? */;
export const ADDING =
  /\b(?:r?ajoute[rz]?s?|r?ajoutez|encore|add|(?:de|en) plus\b|supplementaires?|more|another|extra|anad[ea]\w*|anadir|agreg\w+|(?:\d+|algun[oa]s?) mas\b|otr[oa]s?)\b/;
export const REMOVING =
  /\b(?:enleve[rz]?s?|retire[rz]?s?|supprime[rz]?s?|ote[rz]?s?|vire[rz]?|annule[rz]?|remove|delete|drop|take (?:out|off|away)|cancel|quit[ae]r?(?:me)?|elimin[ae]r?|sac[ae]r?|borr[ae]r?|cancel[ae]r?)\b/;
export const NOT_WANTING =
  /^(?:(?:je|j|on|i|we) )?(?:sans|without|sin|ni|nor|pas besoin d[e]?|pas d[e]?|pas|not|(?:n |ne )?(?:en )?(?:veux|voulons|voudrais|prends|faut) (?:pas|plus)(?: besoin)?(?: de| d)?|ai (?:pas|plus) besoin d[e]?|n ai (?:pas|plus) besoin d[e]?|don t (?:want|need)|do not (?:want|need)|no longer (?:want|need)|(?:ya )?no (?:quiero|necesito|me hace falta|pongas?)|no) (?:(?:de|d|du|des|la|le|les|l|the|any|el|los|las|un|une|una|a)\b ?)*/;
export const SETTING =
  /\b(?:finalement|plutot|en fait|au final|change[rzs]?|modifie[rz]?|passe[rz]?|instead|actually|rather|make (?:it|that|the)?|i meant|meant|switch|mejor|cambia[r]?|cambie|en realidad|al final|que sean|en tout|au total|in total|en total|seulement|only|solamente)\b/;
export const REFUSAL =
  /^(?:ah |oh |euh |ben )?(?:(?:oui|ouais|ok|yes|si|vale) ?,? (?:mais|but|pero) (?=\d)|(?:non|nan|nn|no|nope) ?(?:[,.!:]+ ?|(?:pardon|sorry|perdon)[, ]+|(?=\d|plutot|finalement|en fait|mets|mettez|mejor|make|actually|better|rather)))/;
export const ARTICLE = /^(?:un|une|a|an|una|uno)\b /;
export const LEADING =
  /^(?:(?:les|le|la|los|las|the|des|de|d|pour|for|para|l|en|to|a|x|of)\b ?)*(-? ?\d{1,6}(?:[.,]\d+)?) ?x?(?![\d%€]| ?(?:eur|mm|km|pouces|inch|pulgadas|ans|saisons?|seasons?|estaciones)\b|\/)/;
export const TRAILING = /(?:\bx ?|[:=] ?)(\d{1,3})$|\b(\d{1,3}) ?x$/;
export const CLOSING =
  /(?:\s+(?:svp|stp|s il (?:vous|te) plait|please|plz|pls|porfa|por favor|merci(?: beaucoup| bien| d avance| par avance)?|thanks|thank you|(?:muchas )?gracias))+$/;
export const SEEKING = /\b(?:cherche|recherche|looking|busco|interesse)\b/;
export const ASKING =
  /^(?:bonjour |hello |hola |hi )?(?:avez vous|vous avez|as tu|est ce|y a t il|il y a|combien|quel\w*|c est combien|do you|have you|is there|are there|how|what|which|tiene[ns]?|tendra|hay|cuant\w+|cual\w*|puis je|can i know)\b/;

export const SEPARATOR =
  /(?<!\d),|,(?!\d)|[;\n!]+|(?<!\d)\.(?=\s|$)|\.\s|\s(?:et|and|y|puis|then|luego|ainsi que|avec|with|con|mais|but|pero|\+|&|plus(?= \d| une? ))(?=\s)|(?<!\b(?:veux|voulons|voudrais|ai|prends|faut|faudra|mets|mettez|want|need))(?=\s(?:sans|without|sin|pas (?:besoin )?d[e]?|ni)\s)/g;

export const NOT = /\b(?:ne|n|pas|not|don t|never|no|nunca)\b/;
export const OF_AN_ORDER = /\b(?:commandes?|orders?|pedidos?|cita|rendez vous)\b|^(?:la|le|l|it|lo)?$/;
export const ENCLITIC = /\b(?:en|les|le|la|lo|them|it|those|esos)\b/g;
